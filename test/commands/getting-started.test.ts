import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execute, folder, root } from './run.ts'

const page = readFileSync(join(root, 'docs', 'getting-started.md'), 'utf8')
const transcript = [...page.matchAll(/```console\n([\s\S]*?)```/g)].map(([, text = '']) => text).join('')
const commands = [...transcript.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command)

/** Of an address the port, and of a plan the id, are others each time. */
const alike = (text: string): string =>
  text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replaceAll(/\b[0-9a-f]{12}\b/g, 'PLAN')

test('what getting-started.md shows is what happens, in under ten commands', async () => {
  expect(commands.length).toBeLessThan(10)
  const [sandbox = '', ...inside] = commands
  expect(sandbox).toMatch(/^quayctl sandbox .* -- bash$/)
  const bin = join(folder(), 'bin')
  mkdirSync(bin)
  symlinkSync(join(root, 'bin', 'run.js'), join(bin, 'quayctl'))
  const script = ['exec 2>&1', ...inside.flatMap((line) => [`echo ${quoted(`$ ${line}`)}`, line])].join('\n')
  const ran = await execute('bash', ['-c', sandbox], {
    cwd: root,
    env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: folder() },
    input: `${script}\n`,
  })
  expect(alike(`$ ${sandbox}\n${ran.stdout}`)).toBe(alike(transcript))
  expect(ran).toMatchObject({ code: 0, stderr: '' })
})

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
