import { watched } from '../engine/watched.ts'
import type { Address } from '../model/address.ts'
import type { Credential } from '../model/change.ts'
import { asError } from '../model/errors.ts'
import type { Quay } from '../model/resource.ts'
import type { Login } from '../render/logins.ts'
import { type Rotated, rotationJson, rotationText, usesText, warning } from '../render/rotation.ts'
import type { Style } from '../render/style.ts'
import { type Candidates, meantBy } from './addresses.ts'
import { quayFor } from './applying.ts'
import { reportError } from './command.ts'
import { agreed, isYes } from './confirm.ts'
import { exitCodes } from './exit.ts'
import type { LoginOutput } from './login-output.ts'
import { credentialIn, loginOf } from './logins.ts'
import { listenForSignals } from './signals.ts'
import { type Quayside, registry, type Surroundings } from './world.ts'

interface Flags {
  readonly yes?: boolean
  readonly json?: boolean
}

/** How a run talks. */
interface Voice {
  print(text: string): void
  tell(text: string): void
  readonly style: Style
}

/** One object whose secret shall be another. */
interface Target {
  readonly address: Address
  readonly uses: Rotated['uses']
}

/** Gives objects new secrets, one after the other: says who notices, asks, and keeps each before the next. */
export class Rotation {
  readonly #output: LoginOutput
  readonly #client: Quayside['client']
  readonly #limit: Quayside['limit']
  readonly #quay: Quay
  readonly #host: string
  readonly #version: string
  readonly #voice: Voice

  constructor(output: LoginOutput, { client, server, limit }: Quayside, around: Surroundings, voice: Voice) {
    this.#output = output
    this.#client = client
    this.#limit = limit
    this.#quay = quayFor(client, server, around.now)
    this.#host = output.registryOf(server)
    this.#version = around.version
    this.#voice = voice
  }

  /** Resolves with the exit code; throws where nothing was changed. `candidates`: what each may be the address of. */
  async run(candidates: readonly Candidates[], { yes = false, json = false }: Flags): Promise<number> {
    const { tell, style } = this.#voice
    const targets = await Promise.all(candidates.map((some) => this.#look(meantBy(some, this.#quay.server))))
    for (const { address, uses } of targets) tell(usesText(address.text, uses, style))
    if (!yes) {
      const prompt = 'Rotate? Type yes to go on: '
      const code = await agreed({ explain: `${warning(targets.length)}\n`, prompt, accepts: isYes }, tell)
      if (code !== null) return code
    }
    const signals = listenForSignals(tell, () => {})
    const signal = AbortSignal.any([signals.signal, this.#limit.steps()])
    try {
      this.#output.open()
      const { all, logins, problem } = await this.#carryOut(targets, signal)
      if (logins.length === 0 && problem) throw problem
      this.#say(all, logins, json)
      if (problem) reportError(problem, this.#version)
      const isWhole = !problem && logins.length === targets.length
      return isWhole ? exitCodes.ok : (signals.code() ?? exitCodes.partial)
    } finally {
      this.#output.close()
    }
  }

  /** What nobody could write down is not made. */
  async #look(address: Address): Promise<Target> {
    const login = loginOf(address, await credentialIn(address, this.#client), this.#host)
    this.#output.checked([login])
    const { server } = this.#quay
    const api = this.#client.because('who uses it')
    const uses = registry.get(address.type)?.uses?.(address, { api, server }) ?? {}
    const read = Object.entries(uses).map(async ([kind, tally]) => ({ kind, tally: await tally() }))
    return { address, uses: await Promise.all(read) }
  }

  async #carryOut(targets: readonly Target[], signal: AbortSignal) {
    const all: Rotated[] = []
    const logins: Login[] = []
    let problem: Error | null = null
    for (const { address, uses } of targets) {
      const row = { address: address.text, uses }
      if (problem || signal.aborted) {
        all.push({ ...row, status: 'skipped' })
        continue
      }
      try {
        logins.push(loginOf(address, await this.#renew(address), this.#host))
        all.push({ ...row, status: 'rotated' })
      } catch (error) {
        problem = asError(error)
        all.push({ ...row, status: 'failed' })
        continue
      }
      problem = this.#keep(logins)
    }
    return { all, logins, problem }
  }

  #renew(address: Address): Promise<Credential | undefined> {
    const rotate = registry.get(address.type)?.actions?.rotate
    if (!rotate) throw new TypeError(`${address.text} has no secret to rotate`)
    return rotate(address, watched(this.#quay).quay)
  }

  /** Why the last secret is in no file, if so: Quay tells it again. */
  #keep(logins: readonly Login[]): Error | null {
    try {
      this.#output.save(logins)
      return null
    } catch (error) {
      this.#voice.tell(
        `The token of ${logins.at(-1)?.address} is a new one: quayctl robot credentials writes it.`,
      )
      return asError(error)
    }
  }

  #say(all: readonly Rotated[], logins: readonly Login[], json: boolean): void {
    const { print, tell, style } = this.#voice
    const { url } = this.#quay.server
    const { path, format } = this.#output
    if (path === null) print(this.#output.checked(logins))
    const say = path === null || json ? tell : print
    say([rotationText(all, style), ...this.#output.told(logins, style.width)].join('\n'))
    if (json && path !== null) print(rotationJson(all, { url, registry: this.#host, output: path, format }))
  }
}
