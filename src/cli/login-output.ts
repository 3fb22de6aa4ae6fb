import { Flags } from '@oclif/core'
import { UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { type Login, type LoginFormat, loginFormats, loginText, loginUse, nameFor } from '../render/logins.ts'
import { wrapText } from '../render/style.ts'
import { SecretFile } from './secret-file.ts'

/** Flags of every command that writes what a client signs in with. */
export const loginFlags = {
  format: Flags.option({
    options: loginFormats,
    description:
      'For whom: docker-config, podman and helm are files of registries, docker-login is a script, env are variables.',
  })(),
  output: Flags.string({
    char: 'o',
    helpValue: 'FILE',
    description: 'A new file, for its owner only; or - for standard output.',
  }),
  force: Flags.boolean({ description: 'Replace the file that is there, as a whole.' }),
  server: Flags.string({
    helpValue: 'HOST',
    description: 'The registry as images are named by it, where that is not what Quay calls itself.',
  }),
  name: Flags.string({
    helpValue: 'NAME',
    description: 'The name of the Secret of Kubernetes. Default: NAMESPACE-ROBOT-pull-secret.',
  }),
  namespace: Flags.string({ helpValue: 'NAME', description: 'The namespace of the Secret of Kubernetes.' }),
}

interface LoginFlags {
  readonly format?: LoginFormat | undefined
  readonly output?: string | undefined
  readonly force?: boolean
  readonly server?: string | undefined
  readonly name?: string | undefined
  readonly namespace?: string | undefined
  /** What else is printed. */
  readonly json?: boolean
}

/** The form in which logins are written, and the place. */
export class LoginOutput {
  readonly format: LoginFormat
  /** Null: standard output. */
  readonly path: string | null
  readonly #flags: LoginFlags
  #file: SecretFile | null = null
  #isWritten = false

  /** Throws where the flags don't fit together, or not with so many logins; nothing is made yet. */
  constructor(flags: LoginFlags, count: number) {
    const { format, output, force = false, server, name, namespace, json } = flags
    if (!format || !output)
      throw new UsageError(
        'QC6461',
        `nothing says ${format ? 'where' : 'in which form'} to write the token`,
        [
          ...(format ? [] : [`--format takes one of ${loginFormats.join(', ')}`]),
          ...(output ? [] : ['--output takes a file, or - for standard output']),
        ],
      )
    if (output === '-' && json)
      throw new UsageError('QC6461', '--output - and --json both print to standard output', [
        'name a file for the token, or leave --json out',
      ])
    if (count > 1 && format !== 'json')
      throw new UsageError('QC6467', `--format ${format} holds one login, and there are ${count}`, [
        'pass --format json, or take one at a time',
      ])
    const named = name === undefined ? '--namespace' : '--name'
    if (format !== 'kubernetes' && (name !== undefined || namespace !== undefined))
      throw new UsageError('QC6467', `${named} is for --format kubernetes`, ['leave it out'])
    if (name !== undefined) checkName('--name', name, SUBDOMAIN, 253)
    if (namespace !== undefined) checkName('--namespace', namespace, LABEL, 63)
    if (server !== undefined && !isHost(server))
      throw new UsageError('QC6468', `--server ${server} is no host`, [
        'write it like quay.example.com or quay.example.com:8443',
      ])
    this.format = format
    this.path = output === '-' ? null : output
    this.#flags = flags
    if (this.path !== null) SecretFile.check(this.path, force)
  }

  /** The registry that clients sign in to: by `--server`, as Quay calls itself, or by the host that it is asked at. */
  registryOf(server: Server): string {
    const own = server.setting('SERVER_HOSTNAME')
    return this.#flags.server ?? (typeof own === 'string' && isHost(own) ? own : new URL(server.url).host)
  }

  /** Throws where a login does not fit into the form. */
  checked(logins: readonly Login[]): string {
    const { format } = this
    const [first] = logins
    if (first && format === 'kubernetes' && this.#flags.name === undefined)
      checkName('--name: the default', nameFor(first), SUBDOMAIN, 253)
    const text = loginText(format, logins, this.#flags)
    if (text !== null) return text
    throw new UsageError('QC6467', `--format ${format} cannot hold the login of ${first?.address}`, [
      'pass --format json',
    ])
  }

  /** Makes the file, so that what comes has a place. */
  open(): void {
    if (this.path !== null) this.#file ??= new SecretFile(this.path, this.#flags.force === true)
  }

  /** Once it returns, all of them are on the disk, where that is the place. */
  save(logins: readonly Login[]): void {
    const text = this.checked(logins)
    this.open()
    this.#file?.write(text)
    this.#isWritten = true
  }

  /** Takes the file away again where nothing was written. */
  close(): void {
    if (!this.#isWritten) this.#file?.abandon()
  }

  /** Where they are, and what to do with that; nothing where they are in no file. */
  told([first]: readonly Login[], width: number): readonly string[] {
    if (this.path === null || !this.#isWritten || !first) return []
    const use = loginUse(this.format, this.path, first, this.#flags)
    const place = `In ${this.path} (mode 600), for ${first.registry}.`
    return [wrapText(place, width, '  '), ...(use === '' ? [] : [wrapText(`  = ${use}`, width, '    ')])]
  }
}

const PART = '[a-z0-9]([a-z0-9-]*[a-z0-9])?'
const LABEL = new RegExp(`^${PART}$`)
const SUBDOMAIN = new RegExp(`^${PART}(\\.${PART})*$`)

function checkName(what: string, name: string, pattern: RegExp, most: number): void {
  if (pattern.test(name) && name.length <= most) return
  throw new UsageError('QC6466', `${what} ${name} is no name that Kubernetes takes`, [
    `lower-case letters, digits and -${pattern === SUBDOMAIN ? ', parts joined by .' : ''}, ${most} characters at most`,
  ])
}

/** `quay.example`, `quay.example:8443`, `[::1]:8080` */
const isHost = (text: string): boolean =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[1-9]\d{0,4})?$/i.test(text) &&
  URL.canParse(`https://${text}`)
