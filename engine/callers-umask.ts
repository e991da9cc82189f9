import type { Engine } from './engine.ts'

/**
 * Writes something for the caller, beside their own files, with their umask: ours is 022, so that a
 * container's users may read what is made for them. `write` waits for nothing.
 *
 * @see umask(2)
 */
export function asCaller<T>({ callersUmask }: Pick<Engine, 'callersUmask'>, write: () => T): T {
  if (callersUmask === undefined) return write()
  const ours = process.umask(callersUmask)
  try {
    return write()
  } finally {
    process.umask(ours)
  }
}

/** As `asCaller`, from here on: for what writes nothing but such files, and waits meanwhile. */
export function becomeCaller({ callersUmask }: Pick<Engine, 'callersUmask'>): void {
  if (callersUmask !== undefined) process.umask(callersUmask)
}
