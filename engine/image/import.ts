import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import { nameForTag } from '../../storage/images/local-names.ts'
import { openLayerFile, storeMade } from '../../storage/images/store-made.ts'
import { asArchiveError, badArchive, notThere } from '../../storage/transports/errors.ts'
import { readPlain } from '../../storage/transports/plain-bytes.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import { applyChanges } from './apply-changes.ts'
import { openUrl } from './open-url.ts'
import type { PullIo } from './pull.ts'
import { type PlatformWords, requestedPlatform } from './requested-platform.ts'

export interface ImportOptions extends PullIo, PlatformWords {
  /** the name it gets; a short one is on localhost */
  readonly name?: string
  /** instructions of a Dockerfile */
  readonly changes?: readonly string[]
  readonly message?: string
}

/**
 * Makes an image of one layer from a tar, which may be compressed: a path, an `http(s)://` address,
 * or a stream.
 *
 * @throws {TspodError} E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_BAD_CHANGE, E_BAD_REFERENCE, E_NO_PROGRAM, what storeImage throws
 * @see podman-import(1)
 */
export async function importImage(
  engine: Engine,
  input: string | AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<Image> {
  const { storage } = engine
  const source = typeof input === 'string' ? input : 'stdin'
  // Before anything is read, which may take long.
  const config = applyChanges({}, options.changes ?? [])
  const names = options.name === undefined ? [] : [nameForTag(options.name)]
  const { os, architecture, variant } = requestedPlatform(options)
  const created = new Date().toISOString()

  using file = openLayerFile(storage)
  try {
    await readPlain(openInput(engine, input), { name: source, sink: (chunk) => file.write(chunk) })
  } catch (error) {
    throw explainInput(source, error)
  }
  using layer = file.finish()
  if (layer.blob.sizeBytes === 0) throw badArchive(source, 'it is empty')
  const history = { created, created_by: 'tspod import', comment: options.message ?? `Imported from ${source}` }
  const made = {
    config: { created, architecture, os, ...(variant && { variant }), config, history: [history] },
    below: [],
    layer,
    format: 'oci' as const,
    names,
  }
  try {
    const image = await storeMade(storage, made, { onNotice: options.onNotice })
    recordImageEvent(engine, 'import', { id: image.id, name: names[0] ?? '' })
    return image
  } catch (error) {
    throw asArchiveError(source, error)
  }
}

function openInput(engine: Engine, input: string | AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (typeof input !== 'string') return input
  if (/^https?:\/\//.test(input)) return openUrl(engine, input)
  return createReadStream(resolve(engine.cwd, input), { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>
}

function explainInput(source: string, error: unknown): unknown {
  if (isErrno(error, 'ENOENT', 'ENOTDIR')) return notThere(source, error)
  if (isErrno(error, 'EACCES', 'EISDIR')) return badArchive(source, 'it cannot be read', error)
  return error instanceof TspodError ? asArchiveError(source, error) : error
}
