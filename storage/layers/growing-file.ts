import { closeSync, openSync, readSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

/** How far a file may be read that another one is still writing. */
export interface Tide {
  /** So many bytes from the beginning are there now. */
  rise(availableBytes: number): void
  /** There will be no more. */
  end(): void
  /** There will be no more, and what is there is not to be used. */
  fail(error: unknown): void
  /** Resolves to what is there once it is more than `bytes`, or all. */
  above(bytes: number): Promise<{ readonly availableBytes: number; readonly ended: boolean }>
}

export function createTide(): Tide {
  let availableBytes = 0
  let state: { readonly ended: boolean; readonly error?: unknown } = { ended: false }
  let wake: (() => void) | undefined
  const changed = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    rise(bytes) {
      availableBytes = Math.max(availableBytes, bytes)
      changed()
    },
    end() {
      if (!state.ended) state = { ended: true }
      changed()
    },
    fail(error) {
      state = { ended: true, error }
      changed()
    },
    async above(bytes) {
      while (availableBytes <= bytes && !state.ended) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if ('error' in state) throw state.error
      return { availableBytes, ended: state.ended }
    },
  }
}

const READ_BYTES = 1 << 18

/**
 * The bytes of a file as they come to be there. So a layer is unpacked while it is fetched, and
 * neither waits for the other: what is not yet read is on the disk, not in memory.
 * What is yielded is overwritten by the next piece.
 * @param paths where it may be: first its temporary name, then the one it is moved to when complete
 */
export async function* readGrowing(
  paths: readonly string[],
  tide: Tide,
  onRead?: (readBytes: number) => void,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let fd: number | undefined
  try {
    for (let position = 0; ; ) {
      const { availableBytes } = await tide.above(position)
      if (availableBytes <= position) return
      // Opened when something is in it: before, there may be no such file.
      fd ??= openFirst(paths)
      while (position < availableBytes) {
        const count = readSync(fd, buffer, 0, Math.min(READ_BYTES, availableBytes - position), position)
        if (count === 0) throw new Error(`${paths[0]} is shorter than the ${availableBytes} bytes it should have`)
        position += count
        onRead?.(position)
        yield buffer.subarray(0, count)
      }
    }
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function openFirst(paths: readonly string[]): number {
  const [path, ...others] = paths
  if (path === undefined) throw new Error('no file to read')
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || others.length === 0) throw error
    return openFirst(others)
  }
}
