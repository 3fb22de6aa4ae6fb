import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import { run } from '@oclif/core/run'

export { Args, Command, Flags, run }
