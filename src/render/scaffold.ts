/** What a first configuration is made for. */
export interface Beginning {
  /** The address of Quay; null where it is not known yet. */
  readonly url: string | null
  /** quayctl's own. */
  readonly version: string
  /** Variables with secrets that an apply needs. */
  readonly variables: readonly string[]
}

/** The systems that a set-up is made for, and where each looks for it. */
export const ciFiles = {
  github: '.github/workflows/quayctl.yml',
  gitlab: '.gitlab-ci.yml',
} as const
export type Ci = keyof typeof ciFiles

/** The line by which an editor finds the schema, for a file so many folders deep. */
export const modeline = (path: string): string =>
  `# yaml-language-server: $schema=${'../'.repeat(path.split('/').length - 1)}.quayctl/schema/quayctl.schema.json\n`

/** The files that a configuration begins with. */
export const firstGlob = 'organizations/*.yaml'

/** A Registry document that holds nothing yet. */
export const firstMain = ({ url }: Beginning): string => `apiVersion: quayctl/v1
kind: Registry
url: ${url ?? 'https://quay.example.com   # the address of your Quay'}
include: [${firstGlob}]
`

/** Plan on a pull request, apply on the main branch. */
export const ciText = (ci: Ci, beginning: Beginning): string =>
  ci === 'github' ? github(beginning) : gitlab(beginning)

const purpose = (request: 'pull' | 'merge'): string =>
  `# Plans a change of the files in its ${request} request, and applies it once it is merged. npx takes quayctl from your npm
# registry: where it is not there, install it in another way.
`

const GITHUB_EXPRESSION = (name: string): string => `\${{ ${name} }}`

const github = ({
  url,
  version,
  variables,
}: Beginning): string => `${purpose('pull')}# The repository needs the secret QUAY_TOKEN${variables.length > 0 ? `, and those under "apply"` : ''}.
name: quayctl
on:
  pull_request:
  push:
    branches: [main]   # the branch that is applied
permissions:
  contents: read
env:
  # Where the token goes is not taken from the files: a pull request could change it there.
  QUAY_URL: ${url ?? 'https://quay.example.com'}
jobs:
  plan:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: {node-version: 22}
      - run: npx --yes quayctl@${version} validate
      # A fork gets no secrets: its change is validated only.
      - if: github.event.pull_request.head.repo.full_name == github.repository
        run: npx --yes quayctl@${version} plan
        env:
          QUAY_TOKEN: ${GITHUB_EXPRESSION('secrets.QUAY_TOKEN')}
  apply:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    # One at a time, and none is broken off.
    concurrency: {group: quayctl, cancel-in-progress: false}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: {node-version: 22}
      # What can cost images, credentials or privacy needs an --allow here.
      - run: npx --yes quayctl@${version} apply --yes
        env:
${['QUAY_TOKEN', ...variables].map((name) => `          ${name}: ${GITHUB_EXPRESSION(`secrets.${name}`)}`).join('\n')}
`

const gitlab = ({
  url,
  version,
  variables,
}: Beginning): string => `${purpose('merge')}# The project needs the masked variable QUAY_TOKEN${variables.length > 0 ? `, and protected ones: ${variables.join(', ')}` : ''}.
default:
  image: node:22
variables:
  # Where the token goes is not taken from the files: a merge request could change it there.
  QUAY_URL: ${url ?? 'https://quay.example.com'}
plan:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - npx --yes quayctl@${version} validate
    - npx --yes quayctl@${version} plan
apply:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One at a time.
  resource_group: quayctl
  script:
    # What can cost images, credentials or privacy needs an --allow here.
    - npx --yes quayctl@${version} apply --yes
`
