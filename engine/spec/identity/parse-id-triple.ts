import type { TspodError } from '../../../base/errors.ts'
import { badValue } from '../bad-value.ts'
import type { IdMapping } from '../oci.ts'
import { parseId } from '../user-database.ts'

/** One of `--uidmap` or `--gidmap`. */
export interface MapEntry extends IdMapping {
  /** goes over the entries before it, `+` */
  readonly extends: boolean
  /** `hostID` is an id of the machine, `@` */
  readonly ofMachine: boolean
  /** whom it is for, where a letter says so */
  readonly only?: 'uids' | 'gids'
}

const MAX_IDS = 2 ** 32 - 1

/**
 * `[flags]container:[@]from[:amount]`, where the flags are `+`, `u` and `g`.
 *
 * @throws {TspodError} E_BAD_ID_MAP
 * @see podman-run(1), "--uidmap"
 */
export function parseMapEntry(text: string): MapEntry {
  const [, flags = '', rest = ''] = /^([+ug]{0,3})(.*)$/s.exec(text) ?? []
  const [container = '', from = '', ...more] = rest.split(':')
  const ofMachine = from.startsWith('@')
  const mapping = parseIdTriple([container, ofMachine ? from.slice(1) : from, ...more].join(':'), text)
  const [uids, gids] = [flags.includes('u'), flags.includes('g')]
  return {
    ...mapping,
    extends: flags.includes('+'),
    ofMachine,
    ...(uids === gids ? {} : { only: uids ? ('uids' as const) : ('gids' as const) }),
  }
}

/**
 * `container:from[:amount]`, all numbers.
 *
 * @param whole what the user wrote, for the message
 * @throws {TspodError} E_BAD_ID_MAP
 */
export function parseIdTriple(text: string, whole: string): IdMapping {
  const [container, from, amount = '1', ...more] = text.split(':')
  const [containerID, hostID] = [parseId(container), parseId(from)]
  const size = /^\d{1,10}$/.test(amount) ? Number(amount) : 0
  if (containerID === undefined || hostID === undefined || more.length > 0) {
    throw badMap(whole, 'it is not of the form container:from:amount')
  }
  if (size < 1) throw badMap(whole, 'the amount is not a number from 1 on')
  if (containerID + size > MAX_IDS || hostID + size > MAX_IDS) throw badMap(whole, 'it goes beyond the last id')
  return { containerID, hostID, size }
}

export function badMap(text: string, why: string, hint?: string): TspodError {
  return badValue('E_BAD_ID_MAP', 'id mapping', text, why, hint ?? 'write numbers, as in 0:1:1000')
}
