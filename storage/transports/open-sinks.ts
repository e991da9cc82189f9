import { resolve } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { type ByteOutput, openFileOutput } from './byte-output.ts'
import { dirSink } from './dir-place.ts'
import { createDockerArchiveWriter } from './docker-archive-sink.ts'
import { fullName } from './docker-manifest.ts'
import type { ImageSink } from './image-place.ts'
import { type LayoutEntry, parseLayoutIndex } from './layout-index.ts'
import { createLayoutWriter } from './layout-sink.ts'
import type { PathLocation } from './open-images.ts'
import { formatTransport } from './parse-transport.ts'
import { createArchiveWriter } from './write-archive.ts'
import { createDirectoryWriter } from './write-directory.ts'

/** An archive or a directory that images are written to. What was not finished is gone when it is disposed of. */
export interface ImageSinks extends AsyncDisposable {
  /** An image under these names. */
  sink(names: readonly string[]): ImageSink
  /** Makes all of them visible. */
  finish(): Promise<void>
}

/** An archive that goes to `output`. */
export function openArchiveSinks(
  format: 'oci-archive' | 'docker-archive',
  output: ByteOutput,
  name: string,
): ImageSinks {
  const files = createArchiveWriter(output, name)
  const writer = format === 'oci-archive' ? createLayoutWriter(files) : createDockerArchiveWriter(files)
  return { ...writer, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() }
}

/** An OCI image layout in a directory, beside the images that it has. @throws {TspodError} E_BAD_ARCHIVE, E_CANNOT_WRITE */
export function openLayoutSinks(path: string, name: string): ImageSinks {
  const existing = existingEntries(path, name)
  const files = createDirectoryWriter(path, name)
  const writer = createLayoutWriter(files, existing)
  return { ...writer, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() }
}

/** A directory as skopeo's `dir:`, which holds one image. @throws {TspodError} E_CANNOT_WRITE */
export function openDirSink(path: string, name: string): ImageSink {
  return dirSink(createDirectoryWriter(path, name))
}

/**
 * A place in the file system for one image.
 *
 * @param cwd what its path is relative to
 * @param names what the image is called there, where the location does not say
 * @throws {TspodError} E_CANNOT_WRITE, E_BAD_ARCHIVE, E_BAD_REFERENCE
 */
export function openPathSink(location: PathLocation, cwd: string, names: readonly string[] = []): ImageSink {
  const name = formatTransport(location)
  const path = resolve(cwd, location.path)
  if (location.transport === 'dir') return openDirSink(path, name)
  const { reference } = location
  if (location.transport === 'oci')
    return single(openLayoutSinks(path, name), reference === undefined ? [] : [reference])
  if (location.transport === 'oci-archive') {
    const own = reference === undefined ? [] : [reference]
    return single(openArchiveSinks('oci-archive', openFileOutput(path), name), own)
  }
  const own = reference === undefined ? names : [fullName(reference)]
  return single(openArchiveSinks('docker-archive', openFileOutput(path), name), own)
}

function single(sinks: ImageSinks, names: readonly string[]): ImageSink {
  return {
    ...sinks.sink(names),
    commit: () => sinks.finish(),
    [Symbol.asyncDispose]: () => sinks[Symbol.asyncDispose](),
  }
}

function existingEntries(path: string, name: string): LayoutEntry[] {
  const index = readTextIfExists(`${path}/index.json`, MAX_MANIFEST_BYTES)
  return index === undefined ? [] : parseLayoutIndex(Buffer.from(index), name)
}
