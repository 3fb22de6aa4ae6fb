import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fewestRequests, mostRequests, sizes, writeEstate } from './estate.mjs'
import { here, inTurns, measure, median, quayctl, startQuay } from './measure.mjs'

/** As far away as a server of one's own is. */
const NEAR = { latency: 5 }
const LATENCIES = [0, 5, 50]
const CONVERGED = ['plan', '--detailed-exitcode']
const EMPTY = 'apiVersion: quayctl/v1\nkind: Registry\n'

const failed = (what, { status, stdout, stderr }) =>
  new Error(`${what} ended with ${status}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`)

/** An emulated Quay and the programs that are sent to it. */
export class Stage {
  constructor(quay, folder) {
    this.quay = quay
    this.folder = folder
    this.env = { ...quay.env, QC_REDHAT: 'not-a-secret' }
  }

  /** Runs node with these arguments, answered in some way: what it took, and what of Quay. */
  async run(args, { cwd = this.folder, how = NEAR, code = 0, who = this.quay.token, file } = {}) {
    await this.quay.ask('begin', how)
    const result = measure(args, {
      cwd,
      env: { ...this.env, ...who },
      peakFile: join(this.folder, 'peak'),
    })
    const said = await this.quay.ask('end', { file })
    if (result.status !== code) throw failed(args.join(' '), result)
    return { ...result, ...said }
  }

  quayctl(args, options) {
    return this.run([quayctl, ...args], options)
  }

  /** The requests of a file, and nothing else. */
  async loop(file, how) {
    return this.run([here('floor.mjs'), file], { how })
  }
}

const middle = (runs, what) => median(runs.map((run) => run[what]))

/** Of several runs of the same: the medians, and the most memory. */
const told = (runs) => ({
  wall_s: middle(runs, 'wall'),
  cpu_s: middle(runs, 'cpu'),
  peak_mb: Math.max(...runs.map(({ peak }) => peak)),
  requests: middle(runs, 'requests'),
  quay_s: middle(runs, 'seconds'),
})

/** How many times the floor a run takes, the two of a turn beside each other. */
const ratio = (runs, floor) => median(runs.map((run, turn) => run.wall / floor(turn)))

/** The same of what Quay saw of it. */
const times = (runs, floor) => median(runs.map(({ seconds }, turn) => seconds / floor[turn].seconds))

/** Everything into an empty Quay, and its floor: the same requests in the same order, none waiting for another. */
async function applying(stage, estate) {
  const { quay, folder } = stage
  await quay.ask('use', { name: 'estate' })
  const planned = await stage.quayctl(['plan', '--out', join(folder, 'plan.json')], { cwd: estate })
  const file = join(folder, 'applied')
  const apply = await stage.quayctl(['apply', '--yes', '--allow', 'public'], { cwd: estate, file })
  await quay.ask('use', { name: 'again' })
  const written = await stage.loop(file, NEAR)
  await quay.ask('use', { name: 'estate' })
  await quay.ask('drop', { name: 'again' })
  return { planned: [planned], apply: [apply], written: [written] }
}

/** The plan of one organization that has changed since a commit. */
async function changed(stage, estate, files, rounds) {
  const git = (...args) => {
    const ran = spawnSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      cwd: estate,
      encoding: 'utf8',
    })
    if (ran.status !== 0) throw failed(`git ${args[0]}`, ran)
  }
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'All')
  const [name] = Object.keys(files).filter((file) => file.startsWith('organizations'))
  const text = readFileSync(join(estate, name), 'utf8')
  writeFileSync(join(estate, name), text.replace('description: This image', 'description: The image'))
  const plan = () =>
    stage.quayctl(['plan', '--changed-since', 'HEAD', '--detailed-exitcode'], { cwd: estate, code: 2 })
  const turns = await inTurns(rounds, { changed: plan })
  writeFileSync(join(estate, name), text)
  return turns
}

/** Plans that find nothing to do, in turns with what they cannot do without: their requests, the YAML, and node itself. */
async function converged(stage, estate, rounds) {
  const file = join(stage.folder, 'read')
  const plan = () => stage.quayctl(CONVERGED, { cwd: estate, file })
  await plan()
  return inTurns(rounds, {
    plan,
    loop: () => stage.loop(file, NEAR),
    parse: () => measure([here('parse.mjs'), estate]),
    node: () => measure(['-e', '0']),
  })
}

/** The same plan and its loop over other connections. */
async function connections(stage, estate) {
  const rows = []
  for (const keepAlive of [true, false])
    for (const latency of LATENCIES) {
      const how = { latency, keepAlive }
      const { plan, loop } = await inTurns(1, {
        plan: () => stage.quayctl(CONVERGED, { cwd: estate, how }),
        loop: () => stage.loop(join(stage.folder, 'read'), how),
      })
      const [quay_s, loop_s] = [middle(plan, 'seconds'), middle(loop, 'seconds')]
      rows.push({ ...how, quay_s, loop_s, ratio: times(plan, loop) })
    }
  return rows
}

/** Read whole and planned as written, in turns. */
async function exporting(stage, rounds) {
  let round = 0
  const output = () => join(stage.folder, `exported-${round}`)
  return inTurns(rounds, {
    exported() {
      round += 1
      return stage.quayctl(['export', '--all', '--output', output()])
    },
    again: () => stage.quayctl(CONVERGED, { cwd: output() }),
  })
}

/** What is promised of every estate, of one that is not small, and of a large one. */
function held(runs, size, counts) {
  const { plan, loop, parse, node, lean, apply, written, exported, again } = runs
  const from = (organizations, most) => (size.organizations < organizations ? null : most)
  const rest = (turn) => parse[turn].wall + node[turn].wall
  const peak = (all) => Math.max(...all.map((run) => run.peak))
  const others = [runs.validate, runs.planned, apply, plan, lean, runs.changed].flat()
  return {
    plan_requests: { value: middle(plan, 'requests'), most: mostRequests(counts) },
    lean_plan_requests: { value: middle(lean, 'requests'), most: fewestRequests(counts) },
    refresh_to_loop: { value: times(plan, loop), most: from(sizes.M.organizations, 1.15) },
    plan_to_floor: {
      value: ratio(plan, (turn) => loop[turn].seconds + rest(turn)),
      most: from(sizes.L.organizations, 1.3),
    },
    apply_to_floor: {
      value: ratio(apply, (turn) => written[turn].seconds + rest(turn)),
      most: from(sizes.M.organizations, 1.5),
    },
    peak_mb: { value: peak(others), most: 400 },
    export_peak_mb: { value: peak(exported), most: 500 },
    export_to_plan: { value: ratio(exported, (turn) => again[turn].wall), most: 2 },
  }
}

/** What one size takes: its phases, each beside its floor. */
export async function phases(folder, size, rounds) {
  const [estate, lean] = [join(folder, 'estate'), join(folder, 'lean')]
  const { files, counts } = writeEstate(estate, size, 'full')
  writeEstate(lean, size, 'lean')
  writeFileSync(join(folder, 'empty.yaml'), EMPTY)
  const quay = await startQuay()
  try {
    const stage = new Stage(quay, folder)
    const runs = {
      ...(await inTurns(rounds, {
        nothing: () => stage.quayctl(['validate', '-f', 'empty.yaml']),
        validate: () => stage.quayctl(['validate'], { cwd: estate }),
      })),
      ...(await applying(stage, estate)),
      ...(await converged(stage, estate, rounds)),
      ...(await inTurns(rounds, { lean: () => stage.quayctl(CONVERGED, { cwd: lean }) })),
      ...(await changed(stage, estate, files, rounds)),
      ...(await exporting(stage, size.organizations < sizes.M.organizations ? rounds : 1)),
    }
    const { plan, loop, apply, written } = runs
    const cpu = middle(plan, 'cpu') - middle(runs.nothing, 'cpu')
    return {
      ...counts,
      yaml_kb: Buffer.byteLength(Object.values(files).join('')) / 1024,
      phases: {
        validate: told(runs.validate),
        plan_on_empty: told(runs.planned),
        apply: told(apply),
        plan: told(plan),
        lean_plan: told(runs.lean),
        plan_of_one_changed: told(runs.changed),
        export: told(runs.exported),
      },
      floors: {
        plan_loop_s: middle(loop, 'seconds'),
        apply_loop_s: middle(written, 'seconds'),
        parse_s: middle(runs.parse, 'wall'),
        node_s: middle(runs.node, 'wall'),
      },
      /** The floor of the apply is none where more of its requests are refused: those that came too early. */
      apply_errors: { quayctl: middle(apply, 'unserved'), loop: middle(written, 'unserved') },
      connections: size.organizations < sizes.L.organizations ? await connections(stage, estate) : [],
      cpu_ms_per_repository: (1000 * cpu) / size.repositories,
      held: held(runs, size, counts),
    }
  } finally {
    await quay.stop()
  }
}
