import type { Codes } from './code.ts'

/** The command line. */
export const usageCodes: Codes = {
  QC6480: {
    title: 'No such condition',
    text: '--fail-on of a status takes the names of what may be wrong, failing and warning for all of such, unmanaged, and quota>N% with a whole percent.',
    fix: 'Take one of those that the message lists.',
    example: "quayctl status --fail-on 'failing,quota>90%'",
  },
  QC6481: {
    title: 'No such organization to tell of',
    text: '--organization of a status takes the name of an organization, or of the user of the token. Quay shows the token none of this name, and no file declares one.',
    fix: 'Correct the name, or pass --all for all that the token may see.',
  },
  QC6400: {
    title: 'A command line that cannot be understood',
    text: 'A flag or an argument is unknown, lacks its value, or has one that it does not take.',
    fix: 'See --help of the command.',
  },
  QC6401: {
    title: 'Unknown command',
    text: 'quayctl has no command of this name.',
    fix: 'See quayctl --help.',
  },
  QC6402: {
    title: "Not a path of Quay's API",
    text: 'A path begins with /, and has no dot segments, blanks or characters that are not encoded: they would lead to another route.',
    fix: 'Correct the path.',
  },
  QC6403: {
    title: 'Nothing of that name is declared',
    text: '--organization, --target and --exclude must match something that the files declare or remove. A misspelt one would make an empty plan.',
    fix: 'Take the address from a plan without the flag.',
    example: "quayctl plan --target 'mirror.acme/**'",
  },
  QC6404: {
    title: 'Unknown impact',
    text: '--allow takes access, credential, data and public, each with :GLOB if it shall hold for some addresses only.',
    fix: 'Write one of the four.',
  },
  QC6405: {
    title: 'Nobody can answer',
    text: 'A command that changes Quay asks first, and standard input is no terminal. Nothing was changed.',
    fix: 'Pass --yes, to apply also --allow for what the plan lists under Attention.',
  },
  QC6406: {
    title: 'The wrapped command cannot be run',
    text: 'What follows -- of quayctl sandbox is no program that can be started.',
    fix: 'Name a program that is in PATH, or its path.',
    example: 'quayctl sandbox -- quayctl plan',
  },
  QC6407: {
    title: 'Not a switch of a feature',
    text: '--feature of a sandbox takes a name of Quay and on or off.',
    fix: 'Write it like REPO_MIRROR=off.',
  },
  QC6408: {
    title: 'Nothing of that name to explain',
    text: 'It is no type, attribute, key, kind of document, unit or code.',
    fix: 'quayctl explain without a word lists all there is.',
  },
  QC6492: {
    title: 'A condition that can never hold',
    text: '--fail-on of a status names what only some blocks can have, and --blocks leaves all of those out: whoever waits for it would never be told.',
    fix: 'Add one of the blocks that the message names to --blocks, or leave the condition out.',
  },
  QC6482: {
    title: 'Nothing to tell of a block',
    text: '--blocks of a status takes blocks of which Quay tells more than files say, or of which it may have what no file lists.',
    fix: 'Take one of those that the message lists; quayctl plan compares all others.',
  },
  QC6410: {
    title: 'What to export?',
    text: 'quayctl export takes names of organizations, or --all, and one of the two must be there.',
    fix: 'Name the organizations, or pass --all for all that the token may see.',
    example: 'quayctl export acme',
  },
  QC6411: {
    title: 'No such block',
    text: '--blocks takes the names of blocks as they stand in files, or of types.',
    fix: 'Take the suggested name; quayctl explain lists all.',
    example: 'quayctl export acme --blocks teams,robots',
  },
  QC6412: {
    title: 'Templates outside of the folder',
    text: 'A Registry document includes only what lies below its own folder, so the templates that an export uses must lie in the folder that it is written to.',
    fix: 'Copy the templates there first, and name them by their new path.',
  },
  QC6413: {
    title: 'No such organization',
    text: 'Quay shows this token no organization of that name, nor is it the user of the token.',
    fix: 'Check the name. An organization that the user is no member of is shown to superusers only.',
  },
  QC6414: {
    title: 'Names without --from-live',
    text: 'quayctl init takes names of organizations only where it writes what Quay has.',
    fix: 'Pass --from-live, or leave the names out.',
    example: 'quayctl init --from-live acme',
  },
  QC6415: {
    title: 'Not the name of a commit',
    text: '--base, --changed-since and diff take what Git calls a commit: a branch, a tag, a hash. It begins with no - or ^, and has no : or blank.',
    fix: 'Name a commit.',
    example: 'quayctl plan --base origin/main',
  },
  QC6416: {
    title: 'A commit and standard input',
    text: 'What comes from standard input is in no commit, so nobody knows what it was before.',
    fix: 'Name files that are in Git with -f, or leave out the commit.',
  },
  QC6417: {
    title: 'No secret is meant',
    text: '--resend must match an object that refers to a secret in the files. A misspelt one would send nothing, and look as if it had.',
    fix: 'Take the address from a plan.',
    example: "quayctl apply --resend 'mirror.acme/**'",
  },
  QC6418: {
    title: 'No such upstream',
    text: 'upstream:HOST of --resend is an entry of upstreams in the Registry document, as it is written there.',
    fix: 'Write the key of the entry.',
    example: 'quayctl apply --resend upstream:registry.redhat.io',
  },
  QC6425: {
    title: 'Not a duration to wait',
    text: '--sync-wait takes a whole number and a unit: s, min, h, d or w. 0 does not wait.',
    fix: 'Write it like 10min or 1h.',
    example: 'quayctl apply --sync-wait 1h',
  },
  QC6426: {
    title: 'Not a shard',
    text: '--shard takes I/N: N is into how many parts organizations are divided, I which of them this is, from 1 to N.',
    fix: 'Write it like 3/8. Engines that count from 0, as Kubernetes does, need one more.',
    example: 'quayctl plan --shard 3/8 --out shard-3.json',
  },
  QC6433: {
    title: 'Not a duration',
    text: '--timeout takes a number and a unit: seconds, minutes or hours.',
    fix: 'Write it like 90s, 10m or 2h.',
    example: 'quayctl apply --yes --timeout 10m',
  },
  QC6434: {
    title: 'Not a fault',
    text: '--fault of a sandbox takes how many requests of a hundred suffer, of every kind together or of one. quayctl sandbox --help lists the kinds.',
    fix: 'Write it like 10% or 503=5%.',
    example: 'quayctl sandbox --fault 10% -- quayctl apply --yes',
  },
  QC6435: {
    title: 'Not a cost',
    text: '--cost of a sandbox takes what one call costs a server by a token and by a session, and on how many cores.',
    fix: 'Write real, or some of bearer=200ms,session=30ms,cores=2.',
    example: 'quayctl sandbox --cost bearer=200ms,cores=4 -- quayctl plan',
  },
  QC6436: {
    title: 'Nobody to sign in',
    text: '--session of a sandbox hands out a user and a password, and no user of --accounts has one.',
    fix: 'Give a user a password in the file, or leave --session out.',
    example: 'users: {admin: {superuser: true, password: SECRET}}',
  },
  QC6449: {
    title: 'Standard input is there once',
    text: 'Two of the fields, or a field and --input, are to be read from standard input. The second would find nothing there.',
    fix: 'Write one of them into a file.',
    example: 'quayctl api PUT /superuser/users/bob -F password=@password.txt',
  },
  QC6450: {
    title: 'What to comment?',
    text: 'quayctl comment takes a saved plan, or one of --failed, --outdated and --reviewed, and only one of these.',
    fix: 'Name the plan that quayctl plan --out has saved.',
    example: 'quayctl comment plan.json',
  },
  QC6451: {
    title: 'Where to comment?',
    text: 'Neither the flags nor the variables of a CI system name a pull or merge request. A run of a push belongs to none.',
    fix: 'Pass what the message names.',
    example: 'quayctl comment plan.json --repository acme/quay --pull-request 7',
  },
  QC6452: {
    title: 'Of which commit is the plan?',
    text: 'A plan of an older commit must not replace the comment of a newer one, so quayctl comment must know the commit. It is the head of the branch, not what a CI system merges to try it.',
    fix: 'Pass --head with at least 7 digits of its hash.',
    example: 'quayctl comment plan.json --head 3d91f0a',
  },
  QC6453: {
    title: 'Which call?',
    text: 'quayctl api takes a method and a path, and the methods of Quay are GET, POST, PUT and DELETE, in capital or small letters.',
    fix: 'Write both.',
    example: 'quayctl api GET /organization/acme',
  },
  QC6454: {
    title: 'A path that leads elsewhere',
    text: "quayctl api takes what stands below /api/v1 of the Quay that is asked: the token goes nowhere else. Braces and angle brackets are a manual's, and no name has them.",
    fix: 'Write the path alone, with names filled in; --url names another server.',
  },
  QC6455: {
    title: 'Not a call that Quay documents',
    text: 'quayctl api sends anything but GET only where Quay documents method and path. Quay takes a path below a repository that it does not know for the name of another repository, nested in it: a DELETE of one that is misspelt, or has no DELETE, deletes that repository where it is there, and succeeds where it is not. So a write of a nested repository is sent only after a GET has found it.',
    fix: 'Take the way that the message names. --undocumented sends it all the same.',
  },
  QC6456: {
    title: 'Not a field',
    text: '--field and --raw-field take KEY=VALUE. a[b]=c is an inner key, a[]=c an item of a list; one key is one of them only, and is there once. A query has plain keys.',
    fix: 'Correct it, or give the whole body with --input.',
    example: 'quayctl api PUT /organization/acme -F tag_expiration_s=1209600',
  },
  QC6457: {
    title: 'Not a body',
    text: '--input takes a file with JSON, or - for standard input, and @FILE in a field a file. It is not there, or not JSON. What it holds is not shown, because that may be a secret.',
    fix: 'Correct the path or the file.',
  },
  QC6458: {
    title: 'Not with this method',
    text: 'GET sends no body, so --input is not for it; and only GET has pages that --paginate could follow.',
    fix: 'Leave the flag out.',
  },
  QC6459: {
    title: 'Nothing to page through',
    text: '--paginate prints the items of the one list that an answer has. This one has none, or several.',
    fix: 'Leave --paginate out.',
  },
  QC6460: {
    title: '-f beside a path',
    text: '-f of diff names files as they are in commits. A path that is compared names its files itself: those of its quayctl.yaml, all files of a folder without one, or the file that it is.',
    fix: 'Leave -f out.',
    example: 'quayctl diff ./before ./after',
  },
  QC6490: {
    title: 'A quick look without a beginning',
    text: 'drift --quick reads nothing but the logs of Quay, and has to know since when: since the commit that was applied last.',
    fix: 'Name that commit with --base, or leave out --quick.',
    example: 'quayctl drift --quick --base origin/quayctl/applied',
  },
  QC6491: {
    title: 'Standard input that cannot be written',
    text: 'drift --write puts what Quay has into the files that it has read. What came through standard input is in no file that it could write.',
    fix: 'Name the file itself with -f.',
    example: 'quayctl drift --write -f organizations/acme.yaml',
  },
}
