import { workerData } from 'node:worker_threads'
import { packed } from '../engine/load-packed.ts'
import { readYaml } from '../engine/load-yaml.ts'
import { claims, type Share } from './reading.ts'

// The second thread of `reading.ts`: reads files as long as there are any that nobody has begun.
const { files, secretKeys, begun, port } = workerData as Share
for (const at of claims(files, begun)) {
  const file = files[at]
  try {
    if (file) port.postMessage([at, packed(readYaml(file.file, file.text, secretKeys))])
  } catch {
    // What cannot be sent, or read, the other thread reads and says what is wrong.
  }
}
// Whatever else was loaded into it.
process.exit()
