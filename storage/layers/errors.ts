import { TspodError } from '../../base/errors.ts'
import { MAX_DATA_BYTES } from './tar-entry.ts'

/** The layer is not what its format says: damaged, cut off, or made by a program with a fault. */
export function badLayer(problem: string, cause?: unknown): TspodError {
  return new TspodError('E_LAYER_INVALID', `the layer is not valid: ${problem}`, cause === undefined ? {} : { cause })
}

/** The layer asks for something outside of its own directory, or for more than any honest layer needs. */
export function unsafeLayer(problem: string): TspodError {
  return new TspodError('E_LAYER_UNSAFE', `the layer is not safe to unpack: ${problem}`)
}

export function unsupportedLayer(problem: string, hint?: string): TspodError {
  return new TspodError(
    'E_LAYER_UNSUPPORTED',
    `the layer cannot be unpacked: ${problem}`,
    hint === undefined ? {} : { hint },
  )
}

/** A name from a tar, for a message: bytes as Latin-1, without control characters, not too long. */
export function shownName(name: string): string {
  const text = Buffer.from(name, 'latin1').toString('utf8')
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 60)}…${text.slice(-40)}` : text)
}

export function tarTooLarge(name: string, sizeBytes: number): TspodError {
  return new TspodError(
    'E_TAR_TOO_LARGE',
    `${shownName(name)} is ${sizeBytes} bytes long, and all files of a tar together are ${MAX_DATA_BYTES} at most`,
    { hint: 'remove it or make it shorter: even what was never written to counts' },
  )
}
