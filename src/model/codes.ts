import { byText } from './address.ts'
import type { Codes } from './code.ts'
import { fileCodes } from './codes-files.ts'
import { forgeCodes } from './codes-forge.ts'
import { meaningCodes } from './codes-meaning.ts'
import { mirrorCodes } from './codes-mirror.ts'
import { planCodes } from './codes-plan.ts'
import { robotCodes } from './codes-robots.ts'
import { ruleCodes } from './codes-rules.ts'
import { savedCodes } from './codes-saved.ts'
import { serverCodes } from './codes-server.ts'
import { terraformCodes } from './codes-terraform.ts'
import { usageCodes } from './codes-usage.ts'

/** Every code that quayctl prints, in order. Loaded only to explain one. */
export const codes: Codes = Object.fromEntries(
  Object.entries({
    ...fileCodes,
    ...meaningCodes,
    ...planCodes,
    ...ruleCodes,
    ...usageCodes,
    ...savedCodes,
    ...serverCodes,
    ...forgeCodes,
    ...mirrorCodes,
    ...robotCodes,
    ...terraformCodes,
  }).sort(([a], [b]) => byText(a, b)),
)

/** What the codes of one beginning have in common; the exit code is that of a run which such an error ends. */
export const codeGroups: readonly {
  readonly start: string
  readonly title: string
  readonly exit: number
}[] = [
  { start: 'QC00', title: 'quayctl itself', exit: 1 },
  { start: 'QC10', title: 'What a file is', exit: 3 },
  { start: 'QC12', title: 'What stands in which file', exit: 3 },
  { start: 'QC13', title: 'Secrets', exit: 3 },
  { start: 'QC20', title: 'What the files say together', exit: 3 },
  { start: 'QC30', title: 'What this Quay cannot do', exit: 3 },
  { start: 'QC31', title: 'Settings of a run', exit: 3 },
  { start: 'QC40', title: 'Findings: nothing stops', exit: 0 },
  { start: 'QC41', title: 'Stopped before the first write', exit: 4 },
  { start: 'QC43', title: 'A plan that does not fit any more', exit: 6 },
  { start: 'QC50', title: 'Rules of the owner', exit: 3 },
  { start: 'QC64', title: 'The command line', exit: 64 },
  { start: 'QC74', title: 'What Quay answered', exit: 8 },
  { start: 'QC75', title: 'What Quay answered', exit: 8 },
  { start: 'QC76', title: 'The way to Quay', exit: 8 },
  { start: 'QC77', title: 'What GitHub and GitLab answered', exit: 8 },
  { start: 'QC78', title: 'What Quay did not keep', exit: 5 },
]
