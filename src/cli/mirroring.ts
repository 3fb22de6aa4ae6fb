import { setTimeout as pass } from 'node:timers/promises'
import { Args, Flags, type Interfaces } from '@oclif/core'
import { askAll } from '../engine/syncing.ts'
import type { Address } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { SyncAction, SyncRow } from '../model/syncs.ts'
import { renderSyncs, syncLine, syncsText } from '../render/syncs.ts'
import { isGlob, meant } from './addresses.ts'
import { quayFor } from './applying.ts'
import { exitCodeOfAll, exitCodes } from './exit.ts'
import { fileFlags, serverFlags } from './flags.ts'
import { screen, untilInterrupted, watched } from './progress.ts'
import { QuayCommand } from './quay-command.ts'
import { statsText } from './stats.ts'
import { Waiting } from './waiting.ts'
import { registry } from './world.ts'

/** Flags of what asks something of mirrors. */
export const askFlags = {
  ...fileFlags,
  ...serverFlags,
  json: Flags.boolean({ description: 'Print JSON.' }),
}

export const addressArgument = Args.string({
  required: true,
  ignoreStdin: true,
  description:
    'The address of a mirror, or a glob over those that the files declare. An address alone needs no files.',
})

type Flagged = Interfaces.InferredFlags<typeof askFlags>

/** A command that asks something of mirrors. */
export abstract class MirrorCommand extends QuayCommand {
  protected async ask(
    action: SyncAction,
    texts: readonly string[],
    flags: Flagged,
    waits = false,
  ): Promise<number> {
    const opened = texts.some(isGlob)
      ? await this.open(flags)
      : { ...(await this.openBare(flags)), configuration: null }
    if (!opened) return exitCodes.config
    const { configuration, quay, surroundings } = opened
    const declared = (configuration?.expanded.desired ?? []).filter(({ absent }) => !absent)
    const types = [...registry.values()].flatMap(({ name, syncOf }) => (syncOf ? [name] : []))
    const all = meant(
      texts,
      types,
      declared.map(({ address }) => address),
    )
    const addresses = action === 'sync' ? this.#withoutResting(all, texts, declared) : all
    const { client, server, limit } = quay
    const asked = { action, waits }
    const shown = new Waiting(addresses, (row) => syncLine(asked, row), screen)
    const work = askAll(addresses, registry, quayFor(client, server, surroundings.now), {
      ...asked,
      sleep: (milliseconds, signal) => pass(milliseconds, undefined, { signal }).catch(() => {}),
      signal: limit.steps(),
      ...(waits && { report: (row: SyncRow) => shown.report(row) }),
    })
    const rows = await untilInterrupted(waits ? watched(work, shown) : work, () => {
      shown.end()
      screen.write('Interrupted: what was asked of Quay goes on.\n')
    })
    const code = exitCodeOfAll(rows.map(({ error }) => error))
    this.print(
      flags.json ? syncsText(asked, rows, code) : renderSyncs(asked, rows, this.style(flags['no-color'])),
    )
    if (flags.stats) this.tell(statsText(client.stats()))
    return code
  }

  /** Quay would sync a disabled mirror that is asked for: only who names it means that. */
  #withoutResting(all: readonly Address[], texts: readonly string[], declared: readonly Desired[]) {
    const off = declared.filter(
      ({ address, attributes }) => attributes.enabled === false && !texts.includes(address.text),
    )
    const resting = new Set(off.map(({ address }) => address.text))
    const left = all.filter(({ text }) => resting.has(text))
    for (const { text } of left)
      this.tell(`${text} is left out: the files say enabled: false. Name it to have it synchronised.`)
    return all.filter(({ text }) => !resting.has(text))
  }
}
