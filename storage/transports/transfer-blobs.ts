import { createReadStream, rmSync } from 'node:fs'
import type { BlobDescriptor } from '../content/content-store.ts'
import type { Digest } from '../content/digest.ts'
import type { LayerPhase, PullObserver } from '../images/progress.ts'
import { createSlots } from '../layers/slots.ts'
import { MAX_CONFIG_BYTES, parseImageConfig } from '../registry/image-config.ts'
import type { ImageManifest } from '../registry/manifest.ts'
import type { LayerCompression } from '../registry/media-type.ts'
import { temporaryPath } from '../temporary.ts'
import { convertLayer, decompressed } from './convert-layer.ts'
import { type ImageFormat, type NewLayer, type WantedCompression, wantedCompression } from './convert-manifest.ts'
import { badArchive } from './errors.ts'
import type { ImageBlob, ImageSink, ImageSource } from './image-place.ts'
import { readVerified, verifiedStream } from './verified-stream.ts'

export interface TransferWork {
  readonly source: ImageSource
  readonly sink: ImageSink
  readonly options: PullObserver & { readonly temporary: string }
}

/** What becomes of a layer. */
interface LayerPlan {
  readonly blob: BlobDescriptor
  readonly compression: LayerCompression
  readonly change: 'none' | 'anew'
  /** of the plain tar; known where it is what the layer becomes */
  readonly diffId: Digest | undefined
}

/** As many as a pull fetches. */
const AT_ONCE = 4
const PROGRESS_BYTES = 256 << 10

/** Sends blobs as they are; those that are there are not sent. */
export async function transferBlobs(
  work: TransferWork,
  blobs: readonly BlobDescriptor[],
  configDigest: Digest,
): Promise<void> {
  const kindOf = ({ digest }: BlobDescriptor) => (digest === configDigest ? 'config' : 'layer')
  await severalAtOnce([...new Map(blobs.map((blob) => [blob.digest, blob])).values()], (blob) =>
    sendExact(work, { digest: blob.digest, sizeBytes: blob.sizeBytes, kind: kindOf(blob) }),
  )
}

/** Which layers stay, and what the others become. */
export async function planLayers(
  { source, sink }: TransferWork,
  manifest: ImageManifest,
  target: { readonly format: ImageFormat; readonly wanted: WantedCompression },
): Promise<LayerPlan[]> {
  const isPlain = sink.layers === 'uncompressed'
  const diffIds = isPlain ? await readDiffIds(source, manifest) : []
  return manifest.layers.map((layer, index) => {
    const { digest, sizeBytes } = layer
    const compression = wantedCompression(layer, { ...target, layers: sink.layers })
    // Of what is to be plain the digest tells, not what the manifest calls it.
    const stays = isPlain ? digest === diffIds[index] : compression === layer.compression
    return { blob: { digest, sizeBytes }, compression, change: stays ? 'none' : 'anew', diffId: diffIds[index] }
  })
}

async function readDiffIds(source: ImageSource, { config, layers }: ImageManifest): Promise<readonly Digest[]> {
  if (config.sizeBytes > MAX_CONFIG_BYTES) throw badArchive(source.name, 'its configuration is too large')
  const { diffIds } = parseImageConfig(await readVerified(source.openBlob(config, 0), config))
  if (diffIds.length === layers.length) return diffIds
  throw badArchive(source.name, `its manifest has ${layers.length} layers and its configuration ${diffIds.length}`)
}

/** Sends the layers, each in the way that was planned. */
export async function transferLayers(
  work: TransferWork,
  plans: readonly LayerPlan[],
  { compression }: { readonly compression?: WantedCompression },
): Promise<NewLayer[]> {
  const made = new Map<Digest, NewLayer>()
  const unique = [...new Map(plans.map((plan) => [plan.blob.digest, plan])).values()]
  await severalAtOnce(unique, async (plan) => {
    made.set(plan.blob.digest, await transferLayer(work, plan, compression?.level))
  })
  return plans.map(({ blob, compression }) => made.get(blob.digest) ?? { ...blob, compression })
}

async function transferLayer(work: TransferWork, plan: LayerPlan, level: number | undefined): Promise<NewLayer> {
  const { compression, diffId } = plan
  const { source } = work
  if (plan.change === 'none') {
    await sendExact(work, { ...plan.blob, kind: 'layer' })
    return { ...plan.blob, compression }
  }
  const plainBytes = compression === 'none' ? source.plainSizeOf?.(plan.blob) : undefined
  if (diffId !== undefined && plainBytes !== undefined) {
    const blob: ImageBlob = { digest: diffId, sizeBytes: plainBytes, kind: 'layer' }
    await send(work, blob, (offset) => verifiedStream(decompressed(source.openBlob(plan.blob, 0)), blob, offset))
    return { ...blob, compression }
  }
  return await sendConverted(work, plan, level)
}

/** What a layer becomes is known only when it is made, and it has to be known before it is sent. */
async function sendConverted(work: TransferWork, plan: LayerPlan, level: number | undefined): Promise<NewLayer> {
  const { source, options } = work
  const file = temporaryPath(options.temporary, 'layer')
  try {
    const open = () => verifiedStream(source.openBlob(plan.blob, 0), plan.blob)
    const made = await convertLayer({ open, compression: plan.compression, level, file })
    const blob: ImageBlob = { ...made, kind: 'layer' }
    await send(work, blob, (offset) => createReadStream(file, { start: offset, highWaterMark: 1 << 18 }))
    return { ...made, compression: plan.compression }
  } finally {
    rmSync(file, { force: true })
  }
}

function sendExact(work: TransferWork, blob: ImageBlob): Promise<void> {
  return send(work, blob, (offset) => verifiedStream(work.source.openBlob(blob, 0), blob, offset))
}

async function send(
  { sink, options }: TransferWork,
  blob: ImageBlob,
  open: (offset: number) => AsyncIterable<Uint8Array>,
): Promise<void> {
  const { digest, sizeBytes } = blob
  options.signal?.throwIfAborted()
  const report = (phase: LayerPhase, doneBytes: number): void =>
    options.onProgress?.({ type: 'layer', digest, phase, doneBytes, totalBytes: sizeBytes })
  if (await sink.hasBlob(blob)) return report('exists', sizeBytes)
  await sink.writeBlob(blob, async function* (offset) {
    let [done, reported] = [offset, offset]
    for await (const chunk of open(offset)) {
      options.signal?.throwIfAborted()
      yield chunk
      done += chunk.byteLength
      if (done - reported < PROGRESS_BYTES) continue
      reported = done
      report('downloading', done)
    }
  })
  report('done', sizeBytes)
}

/** The first failure keeps what has not begun from beginning; all that has is waited for. */
async function severalAtOnce<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const slots = createSlots(AT_ONCE)
  const stop = new AbortController()
  const attempts = items.map(async (item) => {
    using _slot = await slots.take()
    if (!stop.signal.aborted) await action(item)
  })
  for (const attempt of attempts) attempt.catch((error) => stop.abort(error))
  await Promise.allSettled(attempts)
  if (stop.signal.aborted) throw stop.signal.reason
}
