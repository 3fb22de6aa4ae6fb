import type { Codes } from './code.ts'

/** The bridge to Terraform. */
export const terraformCodes: Codes = {
  QC3130: {
    title: 'Packages for Terraform are not installed',
    text: 'synth makes its resources with cdktf, constructs and @cdktf/provider-null, which are optional: npm can leave them out, and nothing else needs them.',
    fix: 'Install them beside quayctl.',
    example: 'npm install cdktf constructs @cdktf/provider-null',
  },
  QC3131: {
    title: 'A text that Terraform would change',
    text: 'Terraform brings every text into the form NFC of Unicode, in which a letter and its accent are one character where there is such a one. The path of a file that is written otherwise would lead to another file, or to none.',
    fix: 'Rename the file or folder, with composed characters.',
    example: 'quayctl synth -f café.yaml',
  },
  QC6483: {
    title: 'Files that are gone when Terraform applies',
    text: 'What synth writes holds fingerprints of the files and no file: quayctl reads the files again when Terraform applies. Standard input cannot be read again.',
    fix: 'Name files or folders with -f, or write a quayctl.yaml.',
  },
  QC6484: {
    title: "Not a query of Terraform's data source external",
    text: 'drift external reads what that data source sends: a JSON object whose values are texts, with keys that quayctl knows. A misspelt one would ask for something else.',
    fix: 'Write organization, target, registry or files into the query, or nothing at all.',
    example: `data "external" "acme" {
  program = ["quayctl", "drift", "external"]
  query   = { organization = "acme" }
}`,
  },
}
