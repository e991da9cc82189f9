import { globSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import type { UndoStack } from '../../base/undo.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import type { Engine } from '../engine.ts'
import type { OciMount } from '../spec/oci.ts'
import type { VolumeRequest } from '../spec/parse-volume.ts'
import { duplicateMount } from '../spec/parse-volumes.ts'
import type { ResolvedVolume } from '../spec/spec-input.ts'
import { removeLockedVolume } from '../volume/lock.ts'
import { volumeSource } from '../volume/source.ts'
import { volumeUsers } from '../volume/users.ts'
import type { ContainerVolume } from './config.ts'
import { imageDirectories } from './image-directories.ts'
import { insideSource } from './inside-source.ts'
import { overlayOver, readonlyOverlay } from './overlay-over.ts'
import { madeHow, unreachable } from './unreachable.ts'

/** What a requested volume has become. */
export interface FoundVolume {
  readonly request: VolumeRequest
  /** as it is kept of the container */
  readonly kept: ContainerVolume
  /** as it is mounted */
  readonly mount: ResolvedVolume | OciMount
  /** of a named or anonymous one */
  readonly volume?: Volume
}

export interface VolumePlaces {
  readonly containerDir: string
  readonly undo: UndoStack
  /** nothing is made on the host: somebody only wants to know */
  readonly isDry?: boolean
}

/** More than anybody means by a pattern. */
const MAX_MATCHES = 10_000

/**
 * Finds the source of each volume, and makes named and anonymous volumes that do not exist.
 *
 * @param containerDir where overlays keep what is written
 * @throws {TspodError} E_NO_SUCH_PATH: a source does not exist
 * @throws {TspodError} E_UNREACHABLE_SOURCE: permissions keep us from one
 * @throws {TspodError} E_DUPLICATE_MOUNT, E_IMAGE_NOT_FOUND, E_BAD_VOLUME
 */
export function resolveVolumes(
  engine: Engine,
  requests: readonly VolumeRequest[],
  { containerDir, undo, isDry = false }: VolumePlaces,
): FoundVolume[] {
  const all = requests.flatMap((request) => (request.kind === 'glob' ? expandGlob(request) : [request]))
  const targets = new Set<string>()
  for (const { target, overlay, subpath, kind } of all) {
    // The kernel looks for the lower directory of an overlay by its name, when somebody may have put a link there.
    if (overlay && subpath !== undefined && kind !== 'image')
      throw new TspodError('E_BAD_VOLUME', `${target}: O does not go together with a subpath`, {
        hint: 'mount the whole of it with O, or the subpath without',
      })
    if (targets.has(target)) throw duplicateMount(target)
    targets.add(target)
  }
  return all.map((request, index) => {
    const place = { overlays: join(containerDir, 'overlays', `${index}`), isDry }
    if (request.kind === 'bind') return bindOf(request, place)
    return request.kind === 'image' ? imageOf(engine, request, place) : volumeOf(engine, request, { ...place, undo })
  })
}

interface Place {
  readonly overlays: string
  readonly isDry: boolean
}

function bindOf(request: VolumeRequest, place: Place): FoundVolume {
  const { source, target, options } = request
  if (!isReached(source)) {
    if (!request.createSource) {
      throw new TspodError('E_NO_SUCH_PATH', `volume source ${source} does not exist`, {
        hint: `make the directory first: ${madeHow(source)}; or give the name of a volume, which has no "/"`,
      })
    }
    if (!place.isDry) makeSource(source)
  }
  const kept = { type: 'bind', name: '', anonymous: false, source, destination: target, options } as const
  if (request.subpath === undefined) return found(request, kept, place)
  const within = realpathSync(source)
  return found(request, { ...kept, source: insideSource(within, request.subpath), within }, place)
}

/** @throws {TspodError} E_UNREACHABLE_SOURCE: permissions keep us from it, whether it exists or not */
function isReached(source: string): boolean {
  try {
    return statSync(source, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    if (isErrno(error, 'EACCES')) throw unreachable(source, 'reach')
    return false // no name of a file, or a way that leads nowhere
  }
}

function makeSource(source: string): void {
  try {
    mkdirSync(source, { recursive: true })
  } catch (error) {
    throw isErrno(error, 'EACCES', 'EPERM', 'EROFS') ? unreachable(source, 'make') : error
  }
}

function imageOf(engine: Engine, request: VolumeRequest, { overlays }: Place): FoundVolume {
  const { target, options } = request
  // By its id, so that the image is not removed while the container has it.
  const name = engine.storage.images.resolve(request.source).id
  const directories = imageDirectories(engine, name, request.subpath)
  const [top = ''] = directories
  const kept = { type: 'image', name, anonymous: false, source: top, destination: target, options } as const
  const isWritable = options.includes('rw')
  if (!isWritable && directories.length === 1) return { request, kept, mount: { source: top, target, options } }
  const overlay = isWritable ? overlayOver(directories, overlays, {}) : readonlyOverlay(directories, overlays)
  return { request, kept, mount: { source: top, target, options, overlay } }
}

function volumeOf(
  engine: Engine,
  request: VolumeRequest,
  { overlays, undo }: Place & { readonly undo: UndoStack },
): FoundVolume {
  const { target, options } = request
  const volume = findOrMake(engine, request, undo)
  const { anonymous, name } = volume
  const source = volumeSource(volume, target, options)
  const kept = { type: 'volume', name, anonymous, source: volume.path, destination: target, options } as const
  if ('destination' in source) return { request, kept, mount: source, volume }
  if (request.subpath === undefined)
    return { ...found(request, { ...kept, source: source.source }, { overlays }, source), volume }
  const within = source.source
  const inside = insideSource(within, request.subpath)
  return { ...found(request, { ...kept, source: inside, within }, { overlays }), volume }
}

function found(
  request: VolumeRequest,
  kept: ContainerVolume,
  { overlays }: Pick<Place, 'overlays'>,
  mount: ResolvedVolume = { source: kept.source, target: kept.destination, options: kept.options },
): FoundVolume {
  if (!request.overlay) return { request, kept, mount }
  if (!statSync(mount.source).isDirectory())
    throw new TspodError('E_BAD_VOLUME', `${mount.source} is no directory, so nothing can be laid over it`)
  const overlay = overlayOver([mount.source], overlays, request.overlay)
  return { request, kept: { ...kept, overlay: true }, mount: { ...mount, overlay } }
}

function findOrMake(engine: Engine, request: VolumeRequest, undo: UndoStack): Volume {
  const { volumes } = engine.storage
  const name = request.kind === 'anonymous' ? randomHex(32) : request.source
  const known = volumes.find(name)
  if (known) return known
  undo.push(() => {
    // Another container may have got it meanwhile.
    if (!volumeUsers(engine).has(name)) removeLockedVolume(engine, name)
  })
  const made = request.labels ? { labels: request.labels } : {}
  return request.kind === 'anonymous' ? volumes.createAnonymous(name) : volumes.ensure(name, made)
}

/** A bind for each path that matches. Without a target each stays at its own path. */
function expandGlob(request: VolumeRequest): VolumeRequest[] {
  const matches = matchesOf(request.source)
  if (matches.length === 0) throw new TspodError('E_NO_SUCH_PATH', `nothing matches ${request.source}`)
  if (matches.length > MAX_MATCHES)
    throw new TspodError('E_BAD_MOUNT', `more than ${MAX_MATCHES} paths match ${request.source}`)
  return matches.map((source) => ({
    ...request,
    kind: 'bind',
    source,
    target: request.target === '' ? source : join(request.target, basename(source)),
  }))
}

function matchesOf(pattern: string): string[] {
  try {
    return globSync(pattern).sort()
  } catch (error) {
    if (isErrno(error, 'EACCES', 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}
