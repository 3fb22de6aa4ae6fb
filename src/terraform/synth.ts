import { App, LocalBackend, TerraformStack } from 'cdktf'
import { QuayConfiguration, type QuayConfigurationProps } from './construct.ts'

/** The desired state as one file of a Terraform module, and what to warn of. */
export interface Synthesized {
  /** JSON, the same for the same files and props. */
  readonly text: string
  readonly units: number
  readonly warnings: readonly string[]
}

export const MADE_BY = 'Made by quayctl synth. Change the files of quayctl, and make it anew.'

/** Makes the file; `scratch` is a folder in which cdktf makes others at once. Of what cdktf adds only what Terraform needs is kept: no backend, which is the user's to choose, and no paths. */
export function synthesize(props: QuayConfigurationProps, scratch: string): Synthesized {
  const stack = new TerraformStack(new App({ outdir: scratch }), 'quay')
  new LocalBackend(stack, { path: 'none' }) // instead of one whose path is that of the working directory
  const { units, warnings } = new QuayConfiguration(stack, 'quay', props)
  if (props.resource !== 'null_resource') stack.addOverride('terraform.required_version', '>= 1.4')
  stack.prepareStack()
  const { '//': _, terraform, ...rest } = stack.toTerraform()
  const { backend: __, ...needs } = terraform
  const made = { '//': MADE_BY, terraform: needs, ...withoutNotes(rest) }
  return { text: `${JSON.stringify(made, null, 2)}\n`, units: units.size, warnings }
}

function withoutNotes(value: object): object {
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? withoutNotes(item) : item))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, inner]) => [key, isObject(inner) ? withoutNotes(inner) : inner]),
  )
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
