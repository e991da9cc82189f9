import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Digest } from '../content/digest.ts'
import type { Tide } from './growing-file.ts'
import { createSlots } from './slots.ts'
import type { UnpackedLayer } from './unpack-blob.ts'
import { receivedError, type UnpackReply, type UnpackRequest } from './unpack-message.ts'

export interface PoolJob {
  /** see readGrowing */
  readonly blobPaths: readonly string[]
  readonly target: string
  readonly diffId: Digest
  /** how much of the blob is there */
  readonly tide: Tide
  readonly onRead?: (bytes: number) => void
}

/** Threads that unpack, as many as there are processors. They end with the pool. */
export interface UnpackPool extends AsyncDisposable {
  /** As unpackBlob. When the tide fails, the thread is ended at once, and that error comes back. */
  unpack(job: PoolJob): Promise<UnpackedLayer>
}

/** A layer made to fill the memory ends its thread and not us. Young garbage is collected early: it is all large buffers. */
const LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 } as const
/** Less is not worth a message. */
const STEP_BYTES = 512 << 10
/** More threads would only wait for the disk. */
const MAX_THREADS = 4

export function openUnpackPool(threads = Math.min(availableParallelism(), MAX_THREADS)): UnpackPool {
  const slots = createSlots(threads)
  const idle: Worker[] = []
  const all = new Set<Worker>()

  const take = (): Worker => {
    const worker = idle.pop() ?? newWorker()
    all.add(worker)
    return worker
  }

  return {
    async unpack(job) {
      // No thread is held by a job that has nothing to do yet.
      await job.tide.above(0)
      using _slot = await slots.take()
      const worker = take()
      try {
        const result = await unpackOn(worker, job)
        idle.push(worker)
        return result
      } catch (error) {
        // A thread whose job failed is not used again: it may be in the middle of it.
        await worker.terminate()
        all.delete(worker)
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

function unpackOn(worker: Worker, job: PoolJob): Promise<UnpackedLayer> {
  const { blobPaths, target, diffId } = job
  const send = (message: UnpackRequest): void => worker.postMessage(message)
  return new Promise((resolve, reject) => {
    const onMessage = (reply: UnpackReply): void => {
      if (reply.type === 'read') job.onRead?.(reply.bytes)
      else if (reply.type === 'done') settle(() => resolve(reply.result))
      else settle(() => reject(receivedError(reply.error)))
    }
    const onError = (error: unknown): void => settle(() => reject(error))
    const onExit = (): void => onError(new Error('the thread that unpacked a layer has ended'))
    const settle = (how: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      how()
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    send({ type: 'start', blobPaths, target, diffId })
    follow(job.tide, send).catch(onError)
  })
}

async function follow(tide: Tide, send: (message: UnpackRequest) => void): Promise<void> {
  for (let known = 0; ; ) {
    const { availableBytes, ended } = await tide.above(known + STEP_BYTES)
    if (availableBytes > known) send({ type: 'available', bytes: availableBytes })
    known = availableBytes
    if (ended) return send({ type: 'end' })
  }
}

/** The worker lies beside this file, and beside the bundle. */
function newWorker(): Worker {
  const file = import.meta.filename.endsWith('.ts') ? 'unpack-worker.ts' : 'unpack-worker.cjs'
  return new Worker(join(import.meta.dirname, file), { resourceLimits: LIMITS })
}
