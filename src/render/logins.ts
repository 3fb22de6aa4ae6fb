import { quoted } from './style.ts'

/** What a client of a registry signs in with. */
export interface Login {
  /** Of the object in Quay: `robot.acme+ci` */
  readonly address: string
  /** Host, and port where it is not the usual one. */
  readonly registry: string
  readonly username: string
  readonly token: string
}

/** What a Secret of Kubernetes is called, and where it stands. */
export interface SecretName {
  readonly name?: string | undefined
  readonly namespace?: string | undefined
}

interface Form {
  /** Null: this login cannot be written so. */
  write(login: Login, secret: SecretName): string | null
  /** How a file of it is used. `path` is quoted for a shell. */
  use(path: string, login: Login, secret: SecretName): string
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The file of registries that Docker began with, and all others read. */
const auths = ({ registry, username, token }: Login): string =>
  pretty({ auths: { [registry]: { auth: base64(`${username}:${token}`) } } })

/** A token is a line of standard input, which no other user of the machine can see, and no shell looks at. */
function signIn({ registry, username, token }: Login): string {
  const end = token === 'TOKEN' ? 'END' : 'TOKEN'
  const command = `docker login --username ${quoted(username)} --password-stdin ${quoted(registry)}`
  return `${command} <<'${end}'\n${token}\n${end}\n`
}

/** A shell and Docker read these lines alike as long as nothing in them would have to be quoted. */
function variables({ registry, username, token }: Login): string | null {
  const values = { QUAY_ROBOT_REGISTRY: registry, QUAY_ROBOT_USERNAME: username, QUAY_ROBOT_TOKEN: token }
  const isPlain = Object.values(values).every((value) => /^[\w@%+=:,./[\]-]+$/.test(value))
  return isPlain
    ? Object.entries(values)
        .map((pair) => `${pair.join('=')}\n`)
        .join('')
    : null
}

/** What the Secret is called where nobody says it, as Quay's own pages call it. */
export const nameFor = ({ username }: Login): string =>
  `${username.replace(/[^a-z0-9.-]+/g, '-')}-pull-secret`

/** Each text in the form that JSON and YAML have in common: so that no name is a number. */
const manifest = (login: Login, { name = nameFor(login), namespace }: SecretName): string =>
  [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: ${JSON.stringify(name)}`,
    ...(namespace === undefined ? [] : [`  namespace: ${JSON.stringify(namespace)}`]),
    'type: kubernetes.io/dockerconfigjson',
    'data:',
    `  .dockerconfigjson: ${base64(auths(login))}`,
    '',
  ].join('\n')

const forms = {
  'docker-config': {
    write: auths,
    use: () => 'docker reads it as config.json of the folder that docker --config or DOCKER_CONFIG names',
  },
  kubernetes: {
    write: manifest,
    use: (path, login, { name = nameFor(login) }) =>
      `kubectl apply -f ${path}; Pods name it under imagePullSecrets: ${name}`,
  },
  podman: {
    write: auths,
    use: (path, { registry }) => `podman pull --authfile ${path} ${registry}/...; or REGISTRY_AUTH_FILE`,
  },
  'docker-login': { write: signIn, use: (path) => `sh ${path}` },
  helm: {
    write: auths,
    use: (path, { registry }) => `helm pull --registry-config ${path} oci://${registry}/...`,
  },
  env: {
    write: variables,
    use: (path) =>
      `docker run --env-file ${path} ...; in a shell . ${path.includes('/') ? path : `./${path}`}`,
  },
} as const satisfies Readonly<Record<string, Form>>

/** Each form holds one login; `json` any number, by address. */
export type LoginFormat = keyof typeof forms | 'json'
export const loginFormats = [...Object.keys(forms), 'json'] as readonly LoginFormat[]

/** The text of a file. Null where the form cannot hold what stands in a login. */
export function loginText(format: LoginFormat, logins: readonly Login[], secret: SecretName): string | null {
  const [first] = logins
  if (format !== 'json' && first) return forms[format].write(first, secret)
  const entries = logins.map(({ address, ...login }) => [address, login])
  return pretty(Object.fromEntries(entries))
}

/** What to do with a file; empty where that goes without saying. */
export const loginUse = (format: LoginFormat, path: string, login: Login, secret: SecretName): string =>
  format === 'json' ? '' : forms[format].use(quoted(path), login, secret)
