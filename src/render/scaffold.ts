/** The line by which an editor finds the schema, for a file so many folders deep. */
export const modeline = (path: string): string =>
  `# yaml-language-server: $schema=${'../'.repeat(path.split('/').length - 1)}.quayctl/schema/quayctl.schema.json\n`

/** The files that a configuration begins with. */
export const firstGlob = 'organizations/*.yaml'

/** A Registry document that holds nothing yet. `url`: of Quay; null where it is not known yet. */
export const firstMain = (url: string | null): string => `apiVersion: quayctl/v1
kind: Registry
url: ${url ?? 'https://quay.example.com   # the address of your Quay'}
include: [${firstGlob}]
`
