import { TspodError } from '../../base/errors.ts'
import { UndoStack } from '../../base/undo.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { copyBetween } from './copy-between.ts'
import type { CopyOwner } from './copy-owner.ts'
import { type CopySide, openContainerSide, openHostSide } from './copy-side.ts'

/** One end of a copy. */
export type CopyPlace =
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'container'; readonly ref: string; readonly path: string }
  | { readonly kind: 'tar-source'; readonly bytes: AsyncIterable<Buffer> }
  | { readonly kind: 'tar-sink'; write(bytes: Uint8Array): void }

export interface CopyOptions {
  readonly owner: CopyOwner
  /** where the source is a link, what it leads to is copied */
  readonly followLink: boolean
  /** a directory may take the place of something else, and the other way round */
  readonly overwrite: boolean
  /** what relative paths of a container are relative to */
  readonly relativeTo: 'root' | 'working-directory'
  /** we are in the user namespace of the container */
  readonly isInside?: boolean
  /** something could not be copied, or not wholly */
  onNote(line: string): void
  onBytes(count: number): void
}

/**
 * Copies files between a container and the host, another container, or a tar. The container may
 * run or not; what is mounted in it is seen as it sees it. No link of a container leads out of it,
 * whatever it changes meanwhile.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_NO_SUCH_FILE, E_NOT_A_DIRECTORY, E_CANNOT_OVERWRITE, E_COPY_FAILED, E_NO_SPACE
 * @throws {TspodError} E_BAD_COPY: neither side is a container
 * @see docker-cp(1), podman-cp(1)
 */
export async function copyFiles(engine: Engine, from: CopyPlace, to: CopyPlace, options: CopyOptions): Promise<void> {
  const rows = [from, to].flatMap((place) =>
    place.kind === 'container' ? [engine.storage.containers.resolve(place.ref)] : [],
  )
  if (rows.length === 0) {
    throw new TspodError('E_BAD_COPY', 'at least one side of a copy must be a container', {
      hint: 'write what is in a container as NAME:/path',
    })
  }
  try {
    await copyHere(engine, { from, to, rows }, options)
  } catch (error) {
    if (!(error instanceof TspodError) || error.code !== 'E_NOT_VISIBLE') throw error
    const { copyInside } = await import('./copy-inside.ts')
    await copyInside(engine, { from, to, copy: copyFiles }, options)
  }
  for (const row of rows) recordContainerEvent(engine, row, 'copy')
}

interface Copy {
  readonly from: CopyPlace
  readonly to: CopyPlace
  /** the containers of the two */
  readonly rows: readonly ContainerRow[]
}

/** As `copyFiles`, where all of it can be seen from here. */
async function copyHere(engine: Engine, { from, to, rows }: Copy, options: CopyOptions): Promise<void> {
  await using sides = await openSides(engine, rows, options)
  const sideOf = (place: CopyPlace): CopySide =>
    place.kind === 'container' ? sides.of(engine.storage.containers.resolve(place.ref).id) : sides.host
  if (from.kind === 'tar-source') {
    if (to.kind !== 'container') throw new Error('a tar is put into a container')
    const { extractInto } = await import('./copy-tar.ts')
    await extractInto(from.bytes, { side: sideOf(to), path: to.path }, options)
  } else if (to.kind === 'tar-sink') {
    if (from.kind !== 'container') throw new Error('a tar is made of a container')
    const { writeTar } = await import('./copy-tar.ts')
    writeTar({ side: sideOf(from), path: from.path }, to, options)
  } else if (from.kind !== 'tar-sink' && to.kind !== 'tar-source') {
    copyBetween({ side: sideOf(from), path: from.path }, { side: sideOf(to), path: to.path }, options)
  }
}

/** Opened in the order of their ids, so that two who copy between the same containers do not wait for each other. */
async function openSides(engine: Engine, rows: readonly ContainerRow[], options: CopyOptions) {
  const undo = new UndoStack()
  const opened = <T extends AsyncDisposable>(side: T): T => {
    undo.push(async () => await side[Symbol.asyncDispose]())
    return side
  }
  try {
    const host = opened(openHostSide(engine))
    const sides = new Map<string, CopySide>()
    for (const row of [...new Map(rows.map((row) => [row.id, row])).values()].sort(byId)) {
      sides.set(row.id, opened(await openContainerSide(engine, row, options)))
    }
    return {
      host,
      of(id: string): CopySide {
        const side = sides.get(id)
        if (!side) throw new Error(`the side of ${id} was not opened`)
        return side
      },
      [Symbol.asyncDispose]: () => undo[Symbol.asyncDispose](),
    }
  } catch (error) {
    await undo[Symbol.asyncDispose]()
    throw error
  }
}

function byId(one: ContainerRow, other: ContainerRow): number {
  return one.id < other.id ? -1 : 1
}
