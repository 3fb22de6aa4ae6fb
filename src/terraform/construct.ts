import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { NullProvider } from '@cdktf/provider-null/lib/provider/index.js'
import { Resource } from '@cdktf/provider-null/lib/resource/index.js'
import {
  Annotations,
  App,
  DataResource,
  TerraformDataSource,
  type TerraformResource,
  TerraformStack,
} from 'cdktf'
import synthesizer from 'cdktf/lib/synthesize/synthesizer.js'
import { Construct } from 'constructs'
import {
  documentsText,
  type GivenToApply,
  type Granularity,
  type LoadOptions,
  load,
  type Unit,
  units,
  warningsOf,
} from '../index.ts'
import {
  applyProvisioner,
  type Call,
  destroyProvisioner,
  literal,
  type Provisioner,
  placeId,
  queryOf,
  unitId,
} from './provisioners.ts'

/** What Quay shall be like, and how Terraform brings it about. `quayctl` runs in `directory`; documents are left beside the stack, where it reads them. */
export interface QuayConfigurationProps
  extends Pick<LoadOptions, 'file' | 'documents' | 'directory' | 'registry'>,
    GivenToApply {
  /** What a unit is. Default: `organization`. By `object`, nothing is pruned or revoked. */
  readonly granularity?: Granularity | undefined
  /** Default: `terraform_data`, which needs no provider. */
  readonly resource?: 'terraform_data' | 'null_resource' | undefined
  /** `terraform destroy` deletes from Quay, too. Default: it leaves Quay as it is. */
  readonly allowDestroy?: boolean | undefined
  /** As of `quayctl apply --token-file`, as seen from the directory. Default: `QUAY_TOKEN`. */
  readonly tokenFile?: string | undefined
  /** Asks Quay at each plan of Terraform, and mends what was changed there. Takes the provider hashicorp/external. */
  readonly drift?: boolean | undefined
  /** The folder that the stack becomes. Default: the one that cdktf makes. */
  readonly module?: string | undefined
}

/** A unit with its resources. Who depends on `state` comes after Quay is as the files say. */
export interface QuayUnit extends Unit {
  /** Null where the files only remove something. */
  readonly presence: TerraformResource | null
  readonly state: TerraformResource
}

/** A Quay configuration in the graph of Terraform. Each unit has a resource that stands for its presence, which is made once, and one for its state, which is made anew whenever the files say something else of it. */
export class QuayConfiguration extends Construct {
  /** By key: the name of an organization, `-` for what is in none, or the address of an object. */
  readonly units: ReadonlyMap<string, QuayUnit>
  /** What applies will ask for, and are not given. */
  readonly warnings: readonly string[]
  readonly #props: QuayConfigurationProps
  readonly #stack: TerraformStack
  readonly #place: string
  readonly #call: Call

  constructor(scope: Construct, id: string, props: QuayConfigurationProps = {}) {
    super(scope, id)
    const { file, documents, directory, registry, granularity, resource, drift } = props
    this.#props = props
    this.#stack = TerraformStack.of(this)
    this.#place = placeId(this.node.path.slice(this.#stack.node.path.length + 1))
    this.#call = this.#callOf(props)
    if (resource === 'null_resource') this.#require('null', '~> 3.2')
    if (drift) this.#require('external', '~> 2.3')
    const made = new Map<string, QuayUnit>()
    for (const unit of units(load({ file, documents, directory, registry }), granularity))
      made.set(unit.key, this.#unit(unit, made))
    this.units = made
    this.warnings = warningsOf([...made.values()], props)
    for (const warning of this.warnings) Annotations.of(this).addWarning(warning)
  }

  /** The unit of a key; throws where the files have none. */
  unit(key: string): QuayUnit {
    const found = this.units.get(key)
    if (found) return found
    throw new TypeError(`the files say nothing of ${key}; they do of ${[...this.units.keys()].join(', ')}`)
  }

  #unit(unit: Unit, made: ReadonlyMap<string, QuayUnit>): QuayUnit {
    const { key, fingerprint, present, dependsOn } = unit
    const before = dependsOn.flatMap((other) => made.get(other) ?? [])
    const id = unitId(unit)
    const unitKey = literal(key)
    const destroy = this.#props.allowDestroy ? destroyProvisioner(unit) : null
    const presence = present
      ? this.#resource(
          `${id}_presence`,
          { unit: unitKey },
          before.flatMap((one) => one.presence ?? []),
          destroy,
        )
      : null
    const apply = applyProvisioner(unit, id, this.#call)
    const first = [...(presence ? [presence] : []), ...before.map((one) => one.state)]
    const own = presence ? { presence: `\${${presence.fqn}.id}` } : {}
    const state = this.#resource(`${id}_state`, { unit: unitKey, fingerprint, ...own }, first, apply)
    if (this.#props.drift) this.#mend(unit, id, state, apply)
    return { ...unit, presence, state }
  }

  /** Once Quay is as the files say, it is asked whether it still is; an answer that is another than before has it applied again. */
  #mend(unit: Unit, id: string, state: TerraformResource, apply: Provisioner): void {
    const live = new TerraformDataSource(this, `${id}_live`, {
      terraformResourceType: 'external',
      dependsOn: [state],
    })
    this.#name(live, `${id}_live`)
    live.addOverride('program', ['quayctl', 'drift', 'external'])
    live.addOverride('working_dir', apply.workingDir)
    live.addOverride('query', queryOf(unit, this.#call))
    const answer = `\${data.external.${live.friendlyUniqueId}.result.fingerprint}`
    this.#resource(`${id}_drift`, { unit: literal(unit.key), live: answer }, [state], apply)
  }

  #resource(
    id: string,
    triggers: Record<string, string>,
    dependsOn: readonly TerraformResource[],
    provisioner: Provisioner | null,
  ): TerraformResource {
    const common = {
      ...(dependsOn.length > 0 && { dependsOn: [...dependsOn] }),
      ...(provisioner && { provisioners: [{ ...provisioner }] }),
    }
    const made =
      this.#props.resource === 'null_resource'
        ? new Resource(this, id, { ...common, triggers })
        : new DataResource(this, id, { ...common, triggersReplace: triggers })
    return this.#name(made, id)
  }

  /** What a resource is called does not hang on what cdktf makes of its place. */
  #name<T extends TerraformResource | TerraformDataSource>(element: T, id: string): T {
    element.overrideLogicalId(`${this.#place}_${id}`)
    return element
  }

  #require(name: 'null' | 'external', version: string): void {
    this.#stack.addOverride(`terraform.required_providers.${name}`, { source: `hashicorp/${name}`, version })
    const isThere = this.#stack.node.findAll().some((one) => one instanceof NullProvider)
    if (name === 'null' && !isThere) new NullProvider(this.#stack, 'null')
  }

  #callOf({
    file,
    documents,
    directory = '.',
    module,
    registry,
    base,
    allow = [],
    tokenFile,
    credentialsOut,
  }: QuayConfigurationProps): Call {
    const app = App.of(this)
    const folder = resolve(module ?? join(app.outdir, app.manifest.forStack(this.#stack).workingDirectory))
    const from = (path: string) => relative(directory, path).split(sep).join('/').replace(/^-?$/, './$&')
    const workingDirectory = relative(folder, directory).split(sep).join('/')
    const call = { registry, base, allow, tokenFile, credentialsOut, workingDirectory }
    if (documents === undefined)
      return { ...call, files: [file ?? []].flat().map((path) => from(resolve(directory, path))) }
    const name = `${this.#place}.quayctl.yaml`
    synthesizer.addCustomSynthesis(this, {
      onSynthesize: () => {
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, name), documentsText(documents))
      },
    })
    return { ...call, files: [], input: from(join(folder, name)) }
  }
}
