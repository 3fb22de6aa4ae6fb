// The same as a program of cdktf. Run it: node main.mjs, then terraform -chdir=cdktf.out/stacks/shop apply
import { App, DataResource, TerraformOutput, TerraformStack } from 'cdktf'
import { QuayConfiguration } from 'quayctl/cdktf'

const app = new App()
const stack = new TerraformStack(app, 'shop')
const quay = new QuayConfiguration(stack, 'quay', { directory: '..' })

const deployment = new DataResource(stack, 'deployment', {
  input: { from: 'quay: shop/web' },
  dependsOn: [quay.unit('shop').state],
})
new TerraformOutput(stack, 'deployed_from', { value: deployment.output })

app.synth()
