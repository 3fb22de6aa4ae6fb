import { Args, Flags } from '@oclif/core'
import { answerText, callOf, checkOrigin, itemsOf } from '../cli/calling.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, serverFlags } from '../cli/flags.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { statsText } from '../cli/stats.ts'

export default class Api extends QuayCommand {
  static override summary = "Call Quay's API: signed in, repeated where that is safe, page after page."
  static override description =
    'Prints what Quay answers: laid out on a terminal, else as it came. An answer that is no success is an error. Anything but GET is sent only where Quay documents it, because it takes a path that it does not know below a repository for another repository. docs/from-curl-to-quayctl.md has the calls of its manual.'
  static override examples = [
    { description: 'One organization', command: '<%= config.bin %> api GET /organization/acme' },
    {
      description: 'All that was done, a line for each',
      command: '<%= config.bin %> api GET /superuser/logs --paginate',
    },
    {
      description: 'Change something',
      command: '<%= config.bin %> api PUT /organization/acme -F tag_expiration_s=1209600',
    },
    {
      description: 'A body from standard input, and the answer with its status',
      command: '<%= config.bin %> api POST /organization/ --json --input - <<< \'{"name": "globex"}\'',
    },
  ]
  static override args = {
    method: Args.string({ required: true, ignoreStdin: true, description: 'GET, POST, PUT or DELETE.' }),
    path: Args.string({
      ignoreStdin: true,
      description: 'What stands below /api/v1, like /organization/acme; with that, or as a whole URL, too.',
    }),
  }
  static override flags = {
    field: Flags.string({
      char: 'F',
      multiple: true,
      helpValue: 'KEY=VALUE',
      description:
        'A field of the body, of GET or beside --input of the query; repeatable. true, false, null and whole numbers are those, @FILE is what stands in that file. a[b]=c is an inner key, a[]=c an item of a list, a[] an empty one.',
    }),
    'raw-field': Flags.string({
      multiple: true,
      helpValue: 'KEY=VALUE',
      description: 'The same, as a text whatever it looks like; repeatable.',
    }),
    input: Flags.string({
      helpValue: 'FILE',
      description: 'The body, in JSON: a file, or - for standard input.',
    }),
    paginate: Flags.boolean({
      exclusive: ['json'],
      description: 'Follow the pages of a list, and print each item as a line of JSON.',
    }),
    undocumented: Flags.boolean({ description: 'Send also what Quay does not document.' }),
    ...fileFlags,
    ...serverFlags,
    json: Flags.boolean({ description: 'Print JSON: the answer, with its status.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Api)
    const call = callOf(args.method, args.path, flags, this.surroundings())
    const { client, url } = await this.openDoor(flags)
    checkOrigin(call, url)
    if (flags.paginate) await this.printLines(itemsOf(call, client))
    else {
      const answer = await client.call(call.method, call.path, call.content)
      if (flags.json) this.print(answerText(call, answer))
      else if (answer.text !== '') this.printJson(answer.text)
    }
    if (flags.stats) this.tell(statsText(client.stats()))
    return exitCodes.ok
  }
}
