import { badValue } from './bad-value.ts'

const PATTERN = /^(\d{1,16}(?:\.\d{1,16})?) ?([kmgtp]?)(?:i?b)?$/i
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 }

/**
 * A number of bytes: `64m`, `1.5g`, `512`; units are powers of 1024, in either case.
 *
 * @throws {TspodError} E_BAD_SIZE
 * @see podman-run(1), "--memory": "A unit of b (bytes), k (kibibytes), m (mebibytes) or g (gibibytes)"
 */
export function parseSize(text: string, subject = 'size'): number {
  const [, number, unit = ''] = PATTERN.exec(text) ?? []
  const sizeBytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN))
  if (number === undefined || !Number.isSafeInteger(sizeBytes)) {
    throw badValue('E_BAD_SIZE', subject, text, 'not a size', 'write a number and a unit of b, k, m, g or t, as in 64m')
  }
  return sizeBytes
}
