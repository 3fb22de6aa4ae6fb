// Runs quayctl as often as it is told to, one run after another, each from the first line of `bin/run.js`: only the start
// of Node and the loading of modules are spared. What a run takes from its process is set before, what it gives is sent back.
const program = new URL('../../bin/run.js', import.meta.url)
let runs = 0

process.on('disconnect', () => process.exit())
process.on('warning', (warning) => process.stderr.write(`${warning}\n`))
process.on('message', async ({ args, cwd, env }) => {
  const written = { stdout: [], stderr: [] }
  for (const name of ['stdout', 'stderr'])
    process[name].write = (chunk, encoding, done = encoding) => {
      written[name].push(Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8'))
      if (typeof done === 'function') done()
      return true
    }
  process.chdir(cwd)
  process.env = env
  process.argv = [process.execPath, program.pathname, ...args]
  process.exitCode = undefined
  runs += 1
  await import(`${program}?${runs}`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  process.stdout.removeAllListeners('drain')
  const [stdout, stderr] = [written.stdout, written.stderr].map((chunks) => Buffer.concat(chunks).toString())
  process.send({ code: process.exitCode ?? 0, stdout, stderr })
})
