import type { Codes } from './code.ts'

/** What files say together, and what a server or the settings of a run make of it. */
export const meaningCodes: Codes = {
  QC2001: {
    title: 'A name that nothing declares',
    text: 'What is referred to, such as the robot of a mirror, must be declared in the same organization or listed as external, so that a plan can be carried out in order.',
    fix: 'Correct the name, declare the object, or list it under external.',
    example: 'external:\n  robots: [legacy-builder]',
  },
  QC2002: {
    title: 'Not a short name',
    text: 'Objects of the same organization are named without it. Those of another organization cannot be used.',
    fix: 'Write what follows the +.',
    example: 'robot: sync   # not acme+sync',
  },
  QC2003: {
    title: 'Declared and removed',
    text: 'One line says that the object shall be, another that it shall go.',
    fix: 'Remove one of the two lines.',
  },
  QC2004: {
    title: 'Out of range',
    text: 'Quay takes smaller or larger values only.',
    fix: 'Write a value within the limit that is named.',
  },
  QC2005: {
    title: 'A password without its username',
    text: 'Quay takes the two together only, and keeps neither of a password alone.',
    fix: 'Write the username beside it, or leave both to upstreams.',
  },
  QC2006: {
    title: 'Not a name',
    text: 'Quay does not take this name for an object of the type, or takes it for something else.',
    fix: 'Choose a name of the form that is named.',
  },
  QC2007: {
    title: 'prune of a block that is not written',
    text: 'Under prune whatever is not listed is deleted. A block that nobody wrote would delete all of it; a lost file looks just like that.',
    fix: 'List the objects, write the block empty in the document of the organization if all of them shall go, or remove the prune line.',
    example: 'prune: {robots: all}\nrobots: {}',
  },
  QC2008: {
    title: 'An attribute that something else decides',
    text: "A mirror decides the state of its repository, so the repository's own line could not hold.",
    fix: 'Remove the line, or the mirror.',
  },
  QC2009: {
    title: 'No such template',
    text: 'use names a template, and no OrganizationTemplate document that was read has this name.',
    fix: 'Correct the name, or include the file of the template.',
  },
  QC2010: {
    title: 'except names nothing',
    text: 'An entry of except must name something that the template has; a misspelt one would leave in what shall be left out.',
    fix: 'Write the type, a dot, and what follows the organization in the address; of a singleton the type alone.',
    example: 'use: [{template: catalog, except: [repository.redis, quota]}]',
  },
  QC2011: {
    title: 'External, and declared or removed',
    text: 'What is external is never written, so it cannot be declared or removed, too.',
    fix: 'Remove one of the two lines.',
  },
  QC2012: {
    title: 'Two that exclude each other',
    text: 'Quay refuses the one while the other is there.',
    fix: 'Keep one of the two.',
  },
  QC2013: {
    title: 'What Quay makes by itself',
    text: 'The repositories of an organization that is mirrored as a whole are made by Quay, as its upstream has them. Permissions, notifications and policies of those that are there can be declared.',
    fix: 'Remove the attributes of the repository, and its mirror.',
  },
  QC2014: {
    title: 'Lines that do not fit each other',
    text: 'Each is right by itself, and Quay does not take them together: what config and event_config hold depends on the method and the event, and the event on where it stands; what a subject is given must be what Quay lets it have, as with the robot of a mirror and the owner of a namespace.',
    fix: 'Take what the hint names.',
  },
  QC3001: {
    title: 'This Quay lacks what a line needs',
    text: 'The server was asked what it has: a feature is switched off, or it is too old for an attribute or a type.',
    fix: 'Remove the line, or ask the operator of Quay for the feature that is named.',
  },
  QC3002: {
    title: 'Thresholds of a quota cannot be written here',
    text: 'Without FEATURE_SUPERUSERS_FULL_ACCESS Quay lets nobody write warn_at and reject_at by its API; the limit alone can be written.',
    fix: 'Leave them out, or ask the operator of Quay for the feature.',
  },
  QC3003: {
    title: 'A part of an organization that is not there',
    text: 'A part adds to an organization that stands in another document, or exists in Quay already.',
    fix: 'Declare the organization, or load the file that does.',
  },
  QC3004: {
    title: "Not the token's own user",
    text: "A document of kind User is about the namespace of the token's user; Quay lets nobody write into that of another.",
    fix: 'Correct the name, or use the token of that user.',
  },
  QC3005: {
    title: 'Needs a superuser',
    text: 'Quotas, users, messages and directory syncing are written by superusers only, with a token that has the scope super:user.',
    fix: 'Use such a token, or leave these lines to those who have one.',
  },
  QC3006: {
    title: 'The account of a superuser',
    text: 'Quay lets nobody change or delete the account of a superuser through its API, not even themselves: superusers stand in its configuration.',
    fix: 'Remove the line, or have the Quay operator take the name out of SUPER_USERS first.',
  },
  QC3007: {
    title: 'The token lacks a scope',
    text: 'Quay does not tell the scopes of a token, so quayctl asks for something that only that scope lets the token see, before it writes anything. A plan only warns: another token may apply it.',
    fix: 'Make a token with the scope that the message names; docs/least-privilege.md says what each block needs.',
  },
  QC3008: {
    title: 'An organization mirror beside repositories',
    text: 'Quay makes an organization mirror only in an organization without repositories: those of the mirror are made by Quay. The organization has some, whether a file names them or not.',
    fix: 'Delete the repositories first, in a run of its own, or remove the organization mirror.',
  },
  QC3101: {
    title: 'Not the address of a Quay',
    text: 'The address has another scheme than http or https, a user, a password or a path.',
    fix: 'Write scheme and host alone, with a port if there is one.',
    example: 'url: https://quay.example.com',
  },
  QC3102: {
    title: 'Not the address of a proxy',
    text: 'HTTP_PROXY or HTTPS_PROXY is not a URL.',
    fix: 'Write it like http://proxy.example.com:3128, or unset it.',
  },
  QC3103: {
    title: 'No certificate authority',
    text: 'The file of --ca-file or NODE_EXTRA_CA_CERTS is not there, or holds no certificate.',
    fix: 'Name a file of PEM text, which begins with -----BEGIN CERTIFICATE-----.',
  },
  QC3104: {
    title: 'Not a token',
    text: 'The token is empty, or holds characters that no token has, such as a blank or a line end.',
    fix: 'Copy it again, without what stands around it.',
  },
  QC3105: {
    title: 'The token or password is not sent in the clear',
    text: 'Over plain http everybody on the way could read it. Only this machine is reached so.',
    fix: 'Use https. A private authority is trusted with --ca-file.',
  },
  QC3106: {
    title: 'Two addresses',
    text: 'QUAY_URL and the url of the files differ, and choosing one could change the wrong Quay.',
    fix: 'Make them equal, or choose with --url.',
  },
  QC3107: {
    title: 'In CI the address comes from outside',
    text: 'With CI=true a changed file must not choose where the token goes.',
    fix: 'Set QUAY_URL in the settings of the pipeline, or pass --url.',
  },
  QC3108: {
    title: 'No server is named',
    text: 'Neither the files nor QUAY_URL nor --url say which Quay is meant.',
    fix: 'Write url into the Registry document, set QUAY_URL, or pass --url.',
  },
  QC3109: {
    title: "The token's file cannot be read",
    text: 'What --token-file names is not there, or may not be read.',
    fix: 'Check the path and who may read it.',
  },
  QC3110: {
    title: 'The file for credentials cannot be made',
    text: '--credentials-out writes a new file, or goes on with one of quayctl that only its owner reads and that has no secret yet of what is to be made: no older credential is lost. Nothing was changed in Quay.',
    fix: 'Name a file that does not exist, in a folder that does.',
  },
  QC3112: {
    title: 'Not a file of accounts',
    text: 'What --accounts of a sandbox names lacks users or tokens, has a key that there is not, or a token of a user or with a scope that there is not.',
    fix: 'Write both maps, and in them what quayctl sandbox --help shows.',
    example: 'users: {admin: {superuser: true}}\ntokens: {SECRET: {user: admin, scopes: "super:user"}}',
  },
  QC3113: {
    title: 'A port that cannot be listened on',
    text: 'The sandbox listens on a loopback port, and another program has this one, or only an administrator may have it.',
    fix: 'Leave --port out for a free one, or choose another.',
    example: 'quayctl sandbox --port 8080',
  },
  QC3114: {
    title: 'The schemas cannot be written there',
    text: 'schema --write makes the folder and the files in it; one of them cannot be made.',
    fix: 'Name a folder that can be written to.',
  },
  QC3115: {
    title: 'Files are in the way',
    text: 'What would be written is there already, and quayctl overwrites nothing by itself. Nothing was written.',
    fix: 'Name another folder, or pass --force to replace just these files.',
  },
  QC3116: {
    title: 'A file would be too large',
    text: 'quayctl reads no file of more than 4 MiB, so it writes none. Nothing was written.',
    fix: 'Split it: quayctl export --split repository makes a file for each repository.',
  },
  QC3117: {
    title: 'A folder cannot be written',
    text: 'A file could not be made there; some may have been made before it.',
    fix: 'Look at the reason in the message, or name another folder.',
  },
  QC3118: {
    title: 'No Git repository',
    text: '--base, --changed-since and diff read the files as they were in a commit of the Git repository that they lie in. There is no git, no repository, or git does not open it.',
    fix: 'Run quayctl where the files are in Git and git is installed, or leave out the flag; diff compares folders without Git, too.',
  },
  QC3119: {
    title: 'Git has no such commit',
    text: 'The name is not known in this clone. CI systems often fetch one commit only; then no other one is there.',
    fix: 'Fetch the whole history: fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab, git fetch --unshallow by hand.',
    example: '- uses: actions/checkout@v4\n  with: {fetch-depth: 0}',
  },
  QC3120: {
    title: 'The files were not right',
    text: 'What the files said at the commit of --base or of diff is not valid, or cannot be read. Of half of it deletions and secrets would be forgotten for good, so nothing is planned.',
    fix: 'Name another commit. Without --base nothing is dropped, and no secret is sent for its version.',
  },
  QC3121: {
    title: 'Git does not give the files',
    text: 'The commit is there and its files are not, as in a clone that has only some of them.',
    fix: 'Complete the clone.',
  },
  QC3125: {
    title: 'The file of --trace cannot be written',
    text: 'It is made readable for its owner only, and emptied if it was there. A link is not followed, and a folder, a pipe or a device is no file. Nothing was sent.',
    fix: 'Name a file that is no link, in a folder that exists.',
    example: 'quayctl plan --trace trace.har',
  },
  QC3126: {
    title: 'A name that would lead elsewhere',
    text: "It is empty, dots alone, or has a / where no path of Quay's API takes one: a request with it would be about something else, so none is sent. A file has it, or an answer of the server.",
    fix: 'Correct it in the file. If Quay itself answered with it, report it.',
  },
}
