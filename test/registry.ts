import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Debian's, a real registry server. */
const PROGRAM = '/usr/bin/docker-registry'
export const hasRegistry = existsSync(PROGRAM)
/** For names of tests. */
export const unlessThere = hasRegistry ? '' : ` (skipped: there is no ${PROGRAM})`

export const USER = 'puller'
export const PASSWORD = 'hunter2'
/** Both of them, as htpasswd writes them; a registry takes bcrypt only. */
const HTPASSWD = `${USER}:$2b$05$BkuI9q7ym3bec7W4Df6pQ.ydrYB2Ap99AesNVx0jsGIfMxj0x3MBy\n`

export interface DockerRegistry {
  /** With its port. */
  readonly host: string
  /** Pushes one small image under many tags. */
  push(repository: string, tags: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Starts one that keeps all in memory; `locked`: only who signs in is let in. */
export async function startRegistry({ locked = false } = {}): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'quayctl-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
  const settings = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { inmemory: {} },
    http: { addr: host },
    ...(locked && { auth: { htpasswd: { realm: 'the registry', path: join(folder, 'htpasswd') } } }),
  }
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(settings))
  const child = spawn(PROGRAM, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`
  const send = (path: string, init: RequestInit & { readonly type?: string } = {}) =>
    fetch(new URL(path, `http://${host}`), {
      ...init,
      headers: { authorization, ...(init.type && { 'content-type': init.type }) },
    })
  const put = async (path: string, body: string, type: string) => {
    const { status } = await send(path, { method: 'PUT', body, type })
    if (status !== 201) throw new Error(`${path}: ${status}`)
  }
  while (!(await send('/v2/').catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error('the registry did not start')
    await setTimeout(20)
  }
  async function blob(repository: string, body: string) {
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
    const { headers } = await send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })
    const place = new URL(headers.get('location') ?? '', `http://${host}`)
    place.searchParams.set('digest', digest)
    await put(place.href, body, 'application/octet-stream')
    return { size: body.length, digest }
  }
  return {
    host,
    async push(repository, tags) {
      const type = 'application/vnd.docker.distribution.manifest.v2+json'
      const config = {
        architecture: 'amd64',
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: [] },
      }
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: type,
        config: {
          mediaType: 'application/vnd.docker.container.image.v1+json',
          ...(await blob(repository, JSON.stringify(config))),
        },
        layers: [
          {
            mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
            ...(await blob(repository, 'a layer')),
          },
        ],
      })
      const left = [...tags]
      const worker = async () => {
        for (let tag = left.pop(); tag !== undefined; tag = left.pop())
          await put(`/v2/${repository}/manifests/${tag}`, manifest, type)
      }
      await Promise.all(Array.from({ length: 16 }, worker))
    },
    async stop() {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
