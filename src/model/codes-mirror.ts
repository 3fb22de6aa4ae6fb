import type { Codes } from './code.ts'

/** Mirrors: what is asked of them, and what their upstreams answer. */
export const mirrorCodes: Codes = {
  QC6470: {
    title: 'Not an address for this command',
    text: 'The command takes addresses of some types only, as plans show them.',
    fix: 'Take the address from a plan.',
    example: 'quayctl mirror sync mirror.acme/ubi9',
  },
  QC6471: {
    title: 'A glob that matches nothing declared',
    text: 'What is asked of live objects goes to those that a glob finds in the files: a misspelt one would ask nothing of anybody.',
    fix: 'Write an address, or a glob that matches; * stays between / + : and #, ** crosses them.',
    example: "quayctl mirror sync 'mirror.acme/**'",
  },
  QC6472: {
    title: 'No password for the upstream',
    text: '--username of mirror preview reads the upstream as somebody, whose password is never an argument, because others can see those.',
    fix: 'Set QUAYCTL_UPSTREAM_PASSWORD, or pass --password-stdin and write it to standard input.',
    example: 'quayctl mirror preview mirror.acme/api --username bob --password-stdin <pw',
  },
  QC6473: {
    title: 'Nothing to preview',
    text: 'Quay shows this token no mirror at that address, and no file that was read declares one.',
    fix: 'Check the address, or name the files that declare it with -f.',
  },
  QC7431: {
    title: 'There is no such mirror',
    text: 'Quay shows this token no mirror there: there is none, or the user does not administer the repository.',
    fix: 'Check the address; quayctl apply makes a mirror that the files declare.',
  },
  QC7432: {
    title: 'A sync that would never begin',
    text: 'Quay takes the request, and its workers never come: the repository is not in state MIRROR, or an organization mirror is disabled. So nothing was asked.',
    fix: 'Declare the mirror, for an organization mirror with enabled: true, and run quayctl apply.',
  },
  QC7434: {
    title: 'A sync has failed',
    text: 'Quay ended the sync with FAIL. Its API does not say why; it tries again by itself, three times for each slot of the schedule.',
    fix: "Look at the usage logs of the repository in Quay, and at the upstream with quayctl mirror preview. Often the mirror's password or its robot is the reason.",
  },
  QC7435: {
    title: 'A sync was cancelled meanwhile',
    text: 'Somebody cancelled the sync while it was waited for, or the mirror was taken away.',
    fix: 'Ask for another with quayctl mirror sync.',
  },
  QC7436: {
    title: 'A sync is not over yet',
    text: '--wait waits as long as --timeout says, and the sync goes on for longer; or no worker of Quay has begun it, as where none runs.',
    fix: 'Wait longer, or look at the mirror later. The sync goes on without quayctl. In a sandbox workers run with quayctl sandbox --worker.',
    example: 'quayctl mirror sync mirror.acme/ubi9 --wait --timeout 2h',
  },
  QC7437: {
    title: 'This Quay does not mirror',
    text: 'The server does not list what mirrors are managed by: the feature is off, or the server too old.',
    fix: 'Ask the operator of Quay for the feature.',
  },
  QC7440: {
    title: 'The upstream refuses',
    text: 'The registry that the mirror pulls from lets nobody read the repository without a user name and password, or does not take these. Many answer the same where there is no such repository.',
    fix: 'Correct username and password of the mirror, or pass --username and the password by --password-stdin or QUAYCTL_UPSTREAM_PASSWORD.',
  },
  QC7441: {
    title: 'The upstream cannot be read',
    text: 'The registry that the mirror pulls from cannot be reached from here, or does not answer as one does.',
    fix: 'Check external_reference, the proxy of the mirror, and the certificate: a private authority is trusted with --upstream-ca-file.',
  },
  QC7442: {
    title: 'A secret that is not sent',
    text: 'A password or token would go to an upstream, or to whom it names, where anybody on the way could read it. So it is not sent.',
    fix: 'Use an upstream that speaks https, with verify_tls: true where it names another host for tokens.',
  },
  QC7443: {
    title: 'The upstream has no such repository',
    text: 'The registry answers, and has no repository of that name, or does not show it.',
    fix: 'Correct external_reference.',
  },
}
