// What is used of oclif, for the bundle: its own index loads all that it has, and looks for its package.json, which is not there.
import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import { run } from '@oclif/core/run'

export { Args, Command, Flags, run }
