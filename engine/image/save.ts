import { resolve } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import { type ByteOutput, openFileOutput } from '../../storage/transports/byte-output.ts'
import { type CopyOptions, copyImage } from '../../storage/transports/copy-image.ts'
import type { ImageSink } from '../../storage/transports/image-place.ts'
import { openArchiveSinks, openDirSink, openLayoutSinks } from '../../storage/transports/open-sinks.ts'
import { storageSource } from '../../storage/transports/storage-source.ts'
import { becomeCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import type { PullIo } from './pull.ts'

export const SAVE_FORMATS = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'] as const
export type SaveFormat = (typeof SAVE_FORMATS)[number]

export interface SaveOptions extends PullIo {
  readonly format?: SaveFormat
  /** a path, or where the bytes of an archive go */
  readonly output: string | ByteOutput
  /** layers of a `docker-dir` that are not compressed */
  readonly compress?: boolean
}

interface Wanted {
  readonly image: Image
  readonly names: readonly string[]
}

/**
 * Writes images into an archive or a directory, under the names they were asked for by. Nothing is
 * left of it when that fails.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_CANNOT_WRITE, E_NO_SPACE, E_BLOB_MISSING
 * @throws {TspodError} E_BAD_ARGUMENTS: several images for a format that holds one; no path for a directory
 * @see podman-save(1)
 */
export async function saveImages(engine: Engine, refs: readonly string[], options: SaveOptions): Promise<void> {
  const { format = 'docker-archive', output } = options
  const wanted = locateAll(engine, refs)
  becomeCaller(engine)
  if (format === 'docker-archive' || format === 'oci-archive') {
    const [bytes, name] =
      typeof output === 'string' ? [openFileOutput(resolve(engine.cwd, output)), output] : [output, 'the archive']
    return await saveAll(engine, wanted, { ...options, sinks: openArchiveSinks(format, bytes, name) })
  }
  if (typeof output !== 'string') {
    throw new TspodError('E_BAD_ARGUMENTS', `the format ${format} is a directory`, { hint: 'name it with --output' })
  }
  const path = resolve(engine.cwd, output)
  if (format === 'oci-dir') return await saveAll(engine, wanted, { ...options, sinks: openLayoutSinks(path, output) })
  const [only, ...others] = wanted
  if (!only || others.length > 0) {
    throw new TspodError('E_BAD_ARGUMENTS', 'the format docker-dir holds one image', {
      hint: 'save the images one by one, or with another --format',
    })
  }
  await using sink = openDirSink(path, output)
  const compression = options.compress ? { compression: { format: 'gzip' as const } } : {}
  await saveOne(engine, only, { sink, copy: { ...options, format: 'docker', ...compression } })
}

/** Each image once, under all the names it was asked for by. */
function locateAll(engine: Engine, refs: readonly string[]): Wanted[] {
  const found = new Map<string, { image: Image; names: Set<string> }>()
  for (const ref of refs) {
    const { image, name } = engine.storage.images.locate(ref)
    const known = found.get(image.id) ?? { image, names: new Set<string>() }
    if (name !== undefined) known.names.add(name)
    found.set(image.id, known)
  }
  return [...found.values()].map(({ image, names }) => ({ image, names: [...names] }))
}

type Saving = PullIo & { readonly sinks: ReturnType<typeof openLayoutSinks> }

async function saveAll(engine: Engine, wanted: readonly Wanted[], { sinks, ...io }: Saving): Promise<void> {
  await using opened = sinks
  for (const one of wanted) await saveOne(engine, one, { sink: opened.sink(one.names), copy: io })
  await opened.finish()
}

interface SaveOne {
  readonly sink: ImageSink
  readonly copy: Omit<CopyOptions, 'temporary'>
}

async function saveOne(engine: Engine, { image, names }: Wanted, { sink, copy }: SaveOne): Promise<void> {
  const { storage } = engine
  await using source = await storageSource(storage, image)
  copy.onProgress?.({ type: 'resolved', reference: names[0] ?? image.id, action: 'copy' })
  await copyImage(source, sink, {
    temporary: storage.paths.temporary,
    ...(copy.onProgress && { onProgress: copy.onProgress }),
    ...(copy.format && { format: copy.format }),
    ...(copy.compression && { compression: copy.compression }),
  })
  recordImageEvent(engine, 'save', { id: image.id, name: names[0] ?? image.id })
}
