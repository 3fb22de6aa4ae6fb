import { backOff, type Clock } from './clock.ts'

/** Spaces requests out as a server wants it that limits their rate: not at all until it refuses one (429), then by what it was seen to let through. */
export interface Pace {
  /** Resolves when a request may be sent, rejects once `signal` is aborted. What it resolves to takes how it went, unless there was no answer. */
  turn(signal?: AbortSignal): Promise<Turn>
  /** How many requests a second the server lets through, while some wait for that; else null. */
  limit(): number | null
}

export interface Turn {
  passed(): void
  /** `asked`: how many milliseconds the server wants to be left alone; 0 where it does not say. */
  refused(asked: number): Refusal
}

interface Refusal {
  /** Did another one pass since this one was sent? */
  readonly overtaken: boolean
  /** For how many milliseconds none will have passed when the next is sent. */
  readonly silence: number
  /** Nothing speaks for a limit: it is to be sent again after a while, like after any other complaint. */
  readonly lone: boolean
}

/** Fewer that passed tell no rate. */
const ENOUGH = 8
/** Where so many times the rate passed that was held, some was not saved up any more: there is more. */
const MORE = 1.1
/** How much of a measured rate is used. */
const USED = 0.98
/** The first rate that is tried where nothing passed at all, and the least that is tried without being measured, a second. */
const [START, LEAST] = [4, 1]
/** A rate that is looked for grows by this part whenever so many passed. */
const RAMP = { requests: 4, part: 0.5 }
/** A measured one is held for so many, and so many times as long as the server wanted to be left alone: to ask for more costs that. */
const HOLD = { requests: 400, times: 12 }
/** Then it grows whenever so many passed, by this part and twice as much each time. */
const GROWTH = { requests: 25, part: 0.02 }

/** A few among many that pass are no limit: somebody else's bad moment. Of so many in a row so many must have been refused. */
const DENSE = [
  { of: 8, refused: 4 },
  { of: 128, refused: 12 },
]

/** Less than a second cannot be asked for, so that says nothing about others. */
const SECOND = 1000

/** `patience`: in milliseconds; a server that wants to be left alone for longer says so to whoever asks it. */
export function createPace(clock: Clock, patience = Number.POSITIVE_INFINITY): Pace {
  /** A second; null: the server has refused nothing. */
  let rate: number | null = null
  /** The last that was measured. */
  let base = 0
  let changed = 0
  /** When the next one may be sent. */
  let next = 0
  let refusals = 0
  /** Refusals in a row. */
  let vain = 0
  /** How many passed since a time at which the server had nothing left. */
  let [since, passes, paused] = [clock.now(), 0, 0]
  let lastPass = Number.NEGATIVE_INFINITY
  let silentSince = 0
  /** For how many milliseconds at most it wanted to be left alone since then. */
  let wanted = 0
  /** The rate grows by a part when so many more have passed, and not before a time. */
  let [part, left, notBefore] = [0, 0, 0]
  let isAwaited = false
  /** Is the rate one that was measured? */
  let isSteady = false
  /** The last answers before there is a rate, newest last: was it a refusal? */
  const recent: boolean[] = []

  function note(isRefusal: boolean) {
    if (rate !== null) return
    recent.push(isRefusal)
    if (recent.length > 128) recent.shift()
  }

  const isDense = () =>
    DENSE.some(({ of, refused: least }) => recent.slice(-of).filter(Boolean).length >= least)

  function passed(sent: number) {
    note(false)
    lastPass = clock.now()
    passes += 1
    // Where all that were under way wait as long as the server wants, it is left alone, too.
    if (vain > 0) paused = Math.max(paused, Math.min(wanted, lastPass - Math.max(silentSince, since)))
    vain = 0
    // One that nobody waits for says nothing about a higher one.
    if (rate === null || !isAwaited || sent < changed) return
    left -= 1
    if (left > 0 || lastPass < notBefore) return
    rate *= 1 + part
    changed = lastPass
    left = part < RAMP.part ? GROWTH.requests : RAMP.requests
    part = Math.min(RAMP.part, part * 2)
    isAwaited = false
  }

  /** Both times that the server refuses it has nothing left: what passed in between is its rate. */
  function slowDown(time: number, asked: number) {
    // What it saved up while it was left alone, and how much of that was too much to be saved, nobody knows.
    const lasted = Math.sqrt(Math.max(1, time - since) * Math.max(1, time - since - paused))
    const measured = (passes * 1000) / lasted
    const isKnown = rate !== null && passes >= ENOUGH
    const isMore = isKnown && measured > base * MORE
    // Those that were under way may have taken what there was.
    const isEarly = !isKnown && isSteady
    // Before the first refusal there was more than the rate: what was saved up.
    if (rate === null) rate = Math.max(START, measured / 8)
    else if (isMore) rate = Math.min(rate, measured * 1.5)
    else if (isKnown) rate = Math.min(rate, measured * USED)
    else rate = isEarly ? rate * 0.9 : Math.max(Math.min(rate, LEAST), rate / 2)
    if (isKnown) base = measured
    changed = time
    if (isKnown || refusals === 0) [since, passes, paused] = [time, 0, 0]
    isSteady = isKnown && !isMore
    if (isMore) [part, left] = [GROWTH.part, GROWTH.requests]
    else [part, left] = isSteady || isEarly ? [GROWTH.part, HOLD.requests] : [RAMP.part, RAMP.requests]
    notBefore = asked > SECOND ? time + HOLD.times * asked : 0
    isAwaited = false
    refusals += 1
  }

  function refused(sent: { readonly time: number; readonly refusals: number }, asked: number): Refusal {
    const time = clock.now()
    note(true)
    if (rate === null && !isDense() && asked <= SECOND)
      return { overtaken: false, silence: asked, lone: true }
    if (vain === 0) [silentSince, wanted] = [time, 0]
    wanted = Math.max(wanted, asked)
    // Those that were under way together were refused together.
    if (sent.refusals === refusals) {
      slowDown(time, asked)
      next =
        time +
        Math.max((1000 * (isSteady ? 3 : 1)) / (rate ?? LEAST), vain > 1 ? backOff(vain - 1, clock) : 0)
      vain += 1
    }
    if (asked > SECOND && asked <= patience) pauseUntil(time + asked)
    const silence = Math.max(next, time + asked) - silentSince
    return { overtaken: lastPass >= sent.time, silence, lone: false }
  }

  function pauseUntil(time: number) {
    paused += Math.max(0, time - Math.max(next, clock.now()))
    next = Math.max(next, time)
  }

  return {
    limit: () => (isAwaited ? rate : null),
    async turn(signal) {
      for (;;) {
        const known = refusals
        const time = clock.now()
        const at = Math.max(time, next)
        if (rate !== null) next = at + 1000 / rate
        if (at > time) {
          isAwaited = true
          await clock.sleep(at - time, signal)
        }
        // Who was refused while this one waited has made it later.
        if (known === refusals) break
      }
      const sent = { time: clock.now(), refusals }
      return { passed: () => passed(sent.time), refused: (asked) => refused(sent, asked) }
    },
  }
}
