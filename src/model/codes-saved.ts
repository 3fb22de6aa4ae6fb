import type { Codes } from './code.ts'

/** What can be wrong with plans that were saved or reviewed, and with what is written of them. */
export const savedCodes: Codes = {
  QC3122: {
    title: 'A plan that cannot be read',
    text: 'The file that was named to apply is not there, may not be read, is not UTF-8, or has more than 256 MiB.',
    fix: 'Name a file that quayctl plan --out has written.',
    example: 'quayctl apply plan.json',
  },
  QC3123: {
    title: 'A file that cannot be written',
    text: 'What --out or --report names cannot be written, or is there and is neither a plan nor a report: a mistaken path replaces no file of yours. Where apply finds it before its first write, nothing was sent.',
    fix: 'Name another file, in a folder that is there.',
  },
  QC3124: {
    title: 'Not a plan that can be applied',
    text: 'The file is no plan of quayctl, or one of a format, a type or a value that this quayctl does not know.',
    fix: 'Make the plan with the quayctl that applies it.',
    example: 'quayctl plan --out plan.json',
  },
  QC3127: {
    title: 'No reviews to go by',
    text: '--reviewed of an apply takes the file that quayctl comment --reviewed has printed: for each request that was merged, the ids that its reviewers were shown, and what its labels allow.',
    fix: 'Make it right before the apply, in the same job.',
    example: 'quayctl comment --reviewed origin/quayctl/applied > reviewed.json',
  },
  QC3128: {
    title: 'Shards that are no whole plan',
    text: 'quayctl plan merge takes the plans of all N shards, each once, made by this version of quayctl for one Quay and one user, from the same files and base, with the same flags. Nothing less can be judged as a whole.',
    fix: 'Plan the shard that the message names again, or all of them.',
    example: 'quayctl plan merge shard-1.json shard-2.json --out plan.json',
  },
  QC3129: {
    title: 'The result was not written',
    text: 'Standard output takes nothing more: a disk is full, or a device fails. The run went on to its end all the same, so an apply has done what it could.',
    fix: 'Make room, or send the output elsewhere. After an apply, quayctl plan shows what is left to do.',
  },
  QC4301: {
    title: 'Changed by somebody else since the plan',
    text: 'Right before its write apply reads each object of a plan that is not of this moment: one that was saved, or that waited for an answer. This one is not as the plan saw it, and not as it shall be either, so it was not written, and nothing that needs it. All else went on.',
    fix: 'Plan again, look at what it would do now, and apply that.',
    example: 'quayctl plan --out plan.json',
  },
  QC4302: {
    title: 'Not the plan that was reviewed',
    text: '--expect names the id of the plan, or of its part of one organization, that a review has seen. The plan of this moment is another one: the files, Quay or the user of the token have changed. Nothing was changed. What has no changes any more is as expected.',
    fix: 'Have the new plan reviewed, and expect its id.',
    example: 'quayctl apply --expect acme=7f3c9a1e4b0d',
  },
  QC4303: {
    title: 'A plan for another server',
    text: 'A saved plan is for one Quay, and this run is about another one, by --url, by QUAY_URL, or because it runs in a sandbox. Nothing was asked or sent.',
    fix: 'Make a plan for this server, or name the one of the plan.',
  },
  QC4304: {
    title: 'A plan that was changed after it was made',
    text: 'What the file says does not come to the digest and the ids that stand in it: somebody has edited it, or a part is lost.',
    fix: 'Make the plan anew. What it shall do is said in the files.',
  },
  QC4305: {
    title: 'A text that no plan shows',
    text: 'The URL or template of a notification may hold a secret though a file writes it out, and so may a description that looks like it, so a plan has only a digest of it. The files that are here do not say it, or say another one by now.',
    fix: 'Apply where the files of the plan are, or make the plan anew. A reference, {from_env: NAME}, needs no file.',
  },
  QC4306: {
    title: 'No review has seen this',
    text: 'With --reviewed an apply does only what stood in the comment of a request that was merged. Of this organization it would do something else as well: Quay was changed since, the request was merged before its last plan was shown, or nobody asked for a review. Nothing of the organization is done; others go on.',
    fix: 'Look at the plan of this moment, then apply it by its id, or open a request that shows it.',
    example: 'quayctl apply --organization acme --expect 7f3c9a1e4b0d',
  },
  QC4307: {
    title: 'No review allows this',
    text: 'What can cost images, credentials or privacy is done after a review only if the request has a label that allows it: quayctl:allow-data, quayctl:allow-credential or quayctl:allow-public. Nothing of the organization is done; others go on.',
    fix: 'If it is meant, set the label, also after the merge, and run the job again.',
  },
  QC6419: {
    title: 'A saved plan is what it is',
    text: 'Flags that narrow a plan, or change its limits, have no effect on one that was made already. Only --shard takes a part of one, if it is whole.',
    fix: 'Pass them to quayctl plan, and apply what it saves.',
    example: 'quayctl plan --organization acme --out plan.json',
  },
  QC6420: {
    title: 'Not a report',
    text: '--report takes a format, = and the file that it is written to. The formats are text, markdown, html, sarif, junit and json: of a plan the plan, of an apply the record of what was done. Only github has no file: it is for a step of GitHub Actions, which says by its variables where summary and outputs go.',
    fix: 'Write it like markdown=plan.md.',
    example: 'quayctl plan --report markdown=plan.md --report sarif=plan.sarif',
  },
  QC6421: {
    title: 'Not an id of a plan',
    text: '--expect takes an id, at least its first 12 digits, and before it an organization and = if it is the id of that part only.',
    fix: 'Copy it from the plan.',
    example: 'quayctl apply --expect acme=7f3c9a1e4b0d',
  },
}
