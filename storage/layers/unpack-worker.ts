import { parentPort } from 'node:worker_threads'
import { createTide, readGrowing, type Tide } from './growing-file.ts'
import { unpackBlob } from './unpack-blob.ts'
import { sendableError, type UnpackReply, type UnpackRequest } from './unpack-message.ts'

/** The thread that unpacks layers, one after another. See unpack-pool.ts. */
const port = parentPort
if (!port) throw new Error('the unpack worker is not a program of its own')

const REPORT_BYTES = 1 << 20
const reply = (message: UnpackReply): void => port.postMessage(message)
const current: { tide: Tide } = { tide: createTide() }

port.on('message', (request: UnpackRequest) => {
  if (request.type === 'available') current.tide.rise(request.bytes)
  else if (request.type === 'end') current.tide.end()
  else {
    current.tide = createTide()
    void work(request, current.tide)
  }
})

async function work(request: Extract<UnpackRequest, { type: 'start' }>, tide: Tide): Promise<void> {
  let reported = 0
  const onRead = (bytes: number): void => {
    if (bytes - reported < REPORT_BYTES) return
    reported = bytes
    reply({ type: 'read', bytes })
  }
  try {
    const source = readGrowing(request.blobPaths, tide, onRead)
    reply({ type: 'done', result: await unpackBlob(source, request) })
  } catch (error) {
    reply({ type: 'failed', error: sendableError(error) })
  }
}
