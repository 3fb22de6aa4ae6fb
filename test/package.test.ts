import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  cleanUp,
  execute,
  type Files,
  folder,
  quay,
  type Ran,
  type RunOptions,
  root,
} from './commands/run.ts'

// Many runs of other programs, beside others.
vi.setConfig({ testTimeout: 300_000 })

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const required = Object.keys(packageJson.dependencies)
const optional = Object.keys(packageJson.optionalDependencies)
const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8')

let tarball = ''

beforeAll(async () => {
  const place = folder()
  const args = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', place]
  const { stdout } = await execute('npm', args)
  tarball = join(place, JSON.parse(stdout)[0].filename)
})
afterAll(cleanUp)

/** A folder of somebody who has the package and these others; links stand for what a registry would give. */
async function project(others: readonly string[], files: Files): Promise<string> {
  const place = folder({ 'package.json': '{ "type": "module" }', ...files })
  const packages = join(place, 'node_modules')
  mkdirSync(join(packages, 'quayctl'), { recursive: true })
  const args = ['-xzf', tarball, '-C', join(packages, 'quayctl'), '--strip-components=1']
  expect(await execute('tar', args)).toEqual(silent)
  for (const name of others) {
    mkdirSync(dirname(join(packages, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(packages, name))
  }
  return place
}

const silent: Ran = { code: 0, stdout: '', stderr: '' }
const node = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  execute(process.execPath, args, options)
const require = createRequire(import.meta.url)
/** As strict as it goes, the declarations of packages included. */
const compile = (cwd: string, ...args: readonly string[]): Promise<Ran> => {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2023']
  return node([join(require.resolve('typescript/package.json'), '../bin/tsc'), ...strict, ...args], { cwd })
}

test('publint has nothing to say', async () => {
  const bytes = Uint8Array.from(readFileSync(tarball)).buffer
  expect((await publint({ pack: { tarball: bytes }, strict: true })).messages).toEqual([])
})

test('the types are those of what is imported', async () => {
  const attw = join(require.resolve('@arethetypeswrong/cli/package.json'), '../dist/index.js')
  const { code, stdout, stderr } = await node([attw, tarball, '--profile', 'esm-only', '--no-color'], {})
  expect(code, stdout + stderr).toBe(0)
})

const acme = `{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', email: 'quay@acme.example' }`
const keys = `console.log(JSON.stringify(units(load({ documents: ${acme} })).map(({ key }) => key)))`

const uses: Files = {
  'import.mjs': `import { load, units } from 'quayctl'\n${keys}`,
  'require.cjs': `const { load, units } = require('quayctl')\n${keys}`,
  'cdktf.mjs': `
    import { App, TerraformStack } from 'cdktf'
    import { QuayConfiguration } from 'quayctl/cdktf'
    const stack = new TerraformStack(new App(), 'registry')
    const { units } = new QuayConfiguration(stack, 'quay', { documents: ${acme} })
    console.log(JSON.stringify([...units.keys()]))`,
  'without.mjs': `import('quayctl/cdktf').catch(({ code, message }) => console.log(code, message))`,
  'library.ts': `
    import { apply, type Document, load, type Plan, plan, render, units } from 'quayctl'
    const acme: Document = ${acme}
    export const keys: readonly string[] = units(load({ documents: [acme] }), 'object').map(({ key }) => key)
    export async function main(signal: AbortSignal): Promise<string> {
      const found: Plan = await plan(load({ documents: acme, env: {} }), { organizations: ['acme'] })
      const { ok } = await apply(found, { signal, onCredential: (_, { token }) => token?.length })
      return ok ? '' : render(found, { format: 'markdown' })
    }`,
  'terraform.ts': `
    import { App, TerraformStack } from 'cdktf'
    import { QuayConfiguration } from 'quayctl/cdktf'
    const quay = new QuayConfiguration(new TerraformStack(new App(), 'registry'), 'quay', { documents: ${acme} })
    export const id: string = quay.unit('acme').state.friendlyUniqueId`,
}

test('without the optional packages all works but the constructs, and docs/library.md shows what works', async () => {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
  expect(blocks).toHaveLength(2)
  const shown = Object.fromEntries(blocks.map((text, at) => [`block${at}.ts`, text]))
  const cwd = await project([...required, '@types/node', 'undici-types'], { ...uses, ...shown })

  for (const file of ['import.mjs', 'require.cjs'])
    expect(await node([file], { cwd })).toEqual({ ...silent, stdout: '["acme"]\n' })
  const { stdout } = await node(['without.mjs'], { cwd })
  expect(stdout).toMatch(/^ERR_MODULE_NOT_FOUND Cannot find package '[^']*cdktf/)

  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit']
  expect(await compile(cwd, ...bundler, 'library.ts')).toEqual(silent)
  const compiled = await compile(cwd, '--module', 'nodenext', '--types', 'node', ...Object.keys(shown))
  expect(compiled).toEqual(silent)

  const { env } = await quay()
  const first = await node(['block0.js'], { cwd, env })
  expect([first.code, first.stderr]).toEqual([0, ''])
  expect(first.stdout).toMatch(/^robot\.acme\+ci: acme\+ci has a token of \d+ characters$/m)
  expect(first.stdout).toMatch(/^done permission\.acme\/api:team:developers$/m)
  const second = await node(['block0.js'], { cwd, env })
  expect(second.stdout).toMatch(/no changes/i)
})

test('with them the constructs work, too', async () => {
  const cwd = await project([...required, ...optional], uses)
  expect(await node(['cdktf.mjs'], { cwd })).toEqual({ ...silent, stdout: '["acme"]\n' })
  expect(await compile(cwd, '--module', 'nodenext', '--noEmit', 'terraform.ts')).toEqual(silent)
})

test('docs/library.md has every function and every option', () => {
  const index = readFileSync(join(root, 'dist', 'index.d.ts'), 'utf8')
  const cells = (heading: string): readonly (readonly string[])[] =>
    (page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1)
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  const functions = [...index.matchAll(/^export declare (?:const|function) (\w+)/gm)].map(([, name]) => name)
  expect(cells('Functions').map(([, call = '']) => call.replace(/\(.*/, ''))).toEqual(
    expect.arrayContaining(functions),
  )
  const options = ['Load', 'Plan', 'Apply', 'Render'].flatMap((name) => {
    const [, body = ''] = new RegExp(`interface ${name}Options \\{([^}]*)\\}`).exec(index) ?? []
    return [...body.matchAll(/readonly (\w+)\??:/g)].map(([, key]) => key)
  })
  expect(cells('Options').map(([, , option]) => option)).toEqual(options)
})
