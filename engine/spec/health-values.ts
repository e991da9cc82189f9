import { parseGoDuration } from '../parse-time.ts'
import { badValue } from './bad-value.ts'
import { parseStringArray } from './string-array.ts'

const MAX_COUNT = 1_000_000
/** Longer than anybody waits, and still a number of milliseconds that a timer takes. */
const MAX_MS = 2 ** 31 - 1

/**
 * `none`, a JSON array, which may begin with CMD, CMD-SHELL or NONE, or a line for the shell.
 *
 * @throws {TspodError} E_BAD_HEALTH
 */
export function parseHealthCommand(text: string, flag: string): readonly string[] {
  if (text.toLowerCase() === 'none') return ['NONE']
  if (text.trim() === '') throw badValue('E_BAD_HEALTH', flag, text, 'it is empty')
  const words = parseStringArray(text)
  if (!words) return ['CMD-SHELL', text]
  if (words[0] === undefined) throw badValue('E_BAD_HEALTH', flag, text, 'it is empty')
  return ['CMD', 'CMD-SHELL', 'NONE'].includes(words[0]) ? words : ['CMD', ...words]
}

/**
 * What is run in the container; undefined where that is nothing. Source: Docker's image specification, "Healthcheck".
 *
 * @throws {TspodError} E_BAD_HEALTH: CMD and nothing more
 */
export function healthArgv(test: readonly string[], flag: string): readonly string[] | undefined {
  const [kind, ...words] = test
  if (kind === undefined || kind === 'NONE') return undefined
  const argv = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : kind === 'CMD' ? words : test
  if (argv.length === 0) throw badValue('E_BAD_HEALTH', flag, test.join(' '), 'it has no command')
  return argv
}

/**
 * Milliseconds. `disable` as an interval runs no check of its own accord: podman starts no timer then.
 *
 * @throws {TspodError} E_BAD_HEALTH
 */
export function parseHealthDuration(text: string, flag: string): number {
  if (text === 'disable' && flag.endsWith('-interval')) return 0
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (ms !== undefined && ms >= 0 && ms <= MAX_MS) return Math.round(ms)
  throw badValue('E_BAD_HEALTH', flag, text, 'not a duration', 'write 30s or 1m30s')
}

/** @throws {TspodError} E_BAD_HEALTH */
export function parseHealthCount(value: number | undefined, flag: string, minimum: number): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= minimum && value <= MAX_COUNT)) return value
  throw badValue('E_BAD_HEALTH', flag, `${value}`, `not a whole number of at least ${minimum}`)
}
