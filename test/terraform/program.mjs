// What somebody writes who has Quay in the graph of cdktf. Its arguments: the folder that it makes, and a configuration in one file.
import { App, DataResource, TerraformStack } from 'cdktf'
import { QuayConfiguration } from '../../dist/terraform/construct.js'

const [, , outdir, file] = process.argv
const app = new App({ outdir })
const stack = new TerraformStack(app, 'registry')

const quay = new QuayConfiguration(stack, 'quay', { file, allow: ['data'] })
new DataResource(stack, 'after', { input: 'ready', dependsOn: [quay.unit('acme').state] })

const teams = ['shop', 'bank'].map((name) => ({
  apiVersion: 'quayctl/v1',
  kind: 'Organization',
  name,
  email: `quay@${name}.example`,
  repositories: { api: { description: `\${path.module} of ${name}` } },
}))
new QuayConfiguration(stack, 'teams', { documents: teams, granularity: 'object', allowDestroy: true })

app.synth()
