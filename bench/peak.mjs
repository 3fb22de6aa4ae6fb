// Preloaded into a measured process: at its end, its peak memory goes to the file that BENCH_PEAK names.
import { writeFileSync } from 'node:fs'

const file = process.env.BENCH_PEAK
// What the process starts is not what is measured.
delete process.env.BENCH_PEAK
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)))
