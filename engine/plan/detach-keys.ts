import { TspodError } from '../../base/errors.ts'

/** Source: podman-attach(1), "--detach-keys". */
export const DEFAULT_DETACH_KEYS = 'ctrl-p,ctrl-q'

/** What the launcher keeps: engine/launcher/monitor.h. */
const MAX_KEYS = 16

/** The keys of `ctrl-X` that are no letters, with their bytes. Source: ascii(7). */
const CONTROL: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 }

/**
 * The bytes that a terminal sends for a list of keys, in hexadecimal: single characters, or `ctrl-`
 * with a letter or one of `@ [ \ ] ^ _`, with commas between them. '' is no keys at all. Pure.
 *
 * @throws {TspodError} E_BAD_DETACH_KEYS
 * @see podman-attach(1), docker-attach(1)
 */
export function parseDetachKeys(text: string): string {
  if (text === '') return ''
  const bytes = text.split(',').map((key) => byteOf(key, text))
  if (bytes.length > MAX_KEYS) throw badKeys(text, `more than ${MAX_KEYS} keys`)
  return Buffer.from(bytes).toString('hex')
}

function byteOf(key: string, text: string): number {
  if (key.length === 1 && key >= ' ' && key <= '~') return key.charCodeAt(0)
  const name = /^ctrl-(.)$/i.exec(key)?.[1]?.toLowerCase()
  if (name !== undefined && name >= 'a' && name <= 'z') return name.charCodeAt(0) - 96
  const byte = name === undefined ? undefined : CONTROL[name]
  if (byte !== undefined) return byte
  throw badKeys(text, `${JSON.stringify(key.slice(0, 32))} is no key`)
}

function badKeys(text: string, why: string): TspodError {
  return new TspodError('E_BAD_DETACH_KEYS', `cannot use ${JSON.stringify(text.slice(0, 64))} as keys: ${why}`, {
    hint: 'write characters and ctrl-a to ctrl-z with commas between them, as in ctrl-p,ctrl-q',
  })
}
