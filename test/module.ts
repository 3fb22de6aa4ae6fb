import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'vitest'
import { execute, folder, type Quay, type Ran, root } from './commands/run.ts'

const PATH = process.env.PATH ?? ''
const { code } = await execute('terraform', ['version']).catch(() => ({ code: 1 }))

/** Ends the title of what only Terraform can tell; empty where it is there. */
export const without = code === 0 ? '' : ', not tried because terraform is not on the PATH'

/** A folder with a program `quayctl`, the one that ships. */
function programs(): string {
  const run = join(root, 'bin', 'run.js')
  const path = folder({ quayctl: `#!/bin/sh\nexec '${process.execPath}' '${run}' "$@"\n` })
  chmodSync(join(path, 'quayctl'), 0o755)
  return path
}

/** A folder in which Terraform runs. */
export class Module {
  readonly path: string
  readonly #env: Readonly<Record<string, string | undefined>>

  constructor(path: string, { env }: Pick<Quay, 'env'>, more: Readonly<Record<string, string>> = {}) {
    this.path = path
    mkdirSync(path, { recursive: true })
    const way = `${programs()}${delimiter}${PATH}`
    this.#env = { ...env, PATH: way, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: undefined, ...more }
  }

  read = (file: string): string => readFileSync(join(this.path, file), 'utf8')

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text)
  }

  run(...args: readonly string[]): Promise<Ran> {
    return execute('terraform', args, { cwd: this.path, env: { ...this.#env, TF_CLI_ARGS: '-no-color' } })
  }

  /** The same; it has to go well. */
  async good(...args: readonly string[]): Promise<string> {
    const ran = await this.run(...args)
    expect(ran.code, `terraform ${args.join(' ')}\n${ran.stderr}`).toBe(0)
    return ran.stdout
  }

  async json(command: string, ...args: readonly string[]) {
    return JSON.parse(await this.good(command, '-json', ...args))
  }

  /** What a plan would do, by resource: `create`, `delete,create`. */
  async planned(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    await this.good('plan', '-out=tfplan', ...args)
    const { resource_changes: all = [] } = await this.json('show', 'tfplan')
    const changes: readonly { address: string; change: { actions: string[] } }[] = all
    return Object.fromEntries(
      changes
        .map(({ address, change }) => [address, change.actions.join()] as const)
        .filter(([, actions]) => actions !== 'no-op'),
    )
  }
}
