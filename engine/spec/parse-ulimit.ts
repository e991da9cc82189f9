import { nearest } from '../../base/nearest.ts'
import { RLIMITS } from '../plan/constants.ts'
import { badValue } from './bad-value.ts'

/** No limit, where the kernel has RLIM_INFINITY. */
export const UNLIMITED = -1

export interface Rlimit {
  /** as in setrlimit(2): `RLIMIT_NOFILE` */
  readonly type: string
  readonly soft: number
  readonly hard: number
}

/**
 * `name=soft[:hard]`, where -1 and `unlimited` are no limit, or `host`: undefined, for nothing is
 * to be changed.
 *
 * @throws {TspodError} E_BAD_ULIMIT
 * @see podman-run(1), "--ulimit"; setrlimit(2)
 */
export function parseUlimit(text: string): Rlimit | undefined {
  if (text === 'host') return undefined
  const [, name, softText, hardText] = /^([^=]{1,64})=([^:]*)(?::(.*))?$/.exec(text) ?? []
  if (name === undefined) {
    throw badValue(
      'E_BAD_ULIMIT',
      'ulimit',
      text,
      'not a limit',
      'write name=soft or name=soft:hard, as in nofile=1024:2048',
    )
  }
  const type = parseName(name, text)
  const soft = parseLimit(softText ?? '', text)
  const hard = hardText === undefined ? soft : parseLimit(hardText, text)
  if (exceeds(soft, hard)) throw badValue('E_BAD_ULIMIT', 'ulimit', text, 'the soft limit is above the hard one')
  return { type, soft, hard }
}

/** Whether limit `a` allows more than limit `b`. */
export function exceeds(a: number, b: number): boolean {
  return b !== UNLIMITED && (a === UNLIMITED || a > b)
}

function parseName(name: string, text: string): string {
  const type = `RLIMIT_${name.toUpperCase().replace(/^RLIMIT_/, '')}`
  const known: readonly string[] = RLIMITS
  if (known.includes(type)) return type
  const names = known.map((one) => one.slice('RLIMIT_'.length).toLowerCase())
  const meant = nearest(name.toLowerCase(), names)
  throw badValue(
    'E_BAD_ULIMIT',
    'ulimit',
    text,
    'no such limit',
    meant ? `did you mean ${meant}?` : `use one of ${names.join(', ')}`,
  )
}

function parseLimit(limit: string, text: string): number {
  if (limit === '-1' || limit === 'unlimited') return UNLIMITED
  const number = /^\d{1,16}$/.test(limit) ? Number(limit) : Number.NaN
  if (!Number.isSafeInteger(number))
    throw badValue('E_BAD_ULIMIT', 'ulimit', text, 'a limit is a number, -1 or unlimited')
  return number
}
