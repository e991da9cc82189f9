import { statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { llistxattr } from '../../base/libc.ts'
import { type IdRange, overlaps } from '../rootless/id-range.ts'
import { parseSubids } from '../rootless/parse-subids.ts'
import { readSubids } from '../rootless/subids.ts'
import type { DoctorFacts, MapperFact, SubidFact } from './facts.ts'

type SubidFacts = Pick<DoctorFacts, 'subuid' | 'subgid' | 'subidNotices' | 'firstFreeSubid'>

const MAX_BYTES = 16 << 20
/** Where usermod(8) begins. Source: login.defs(5), SUB_UID_MIN. */
const FIRST_SUBID = 100_000

/** What /etc/subuid and /etc/subgid give the user, and whom else. */
export function readSubidFacts(user: { readonly name: string; readonly uid: number }): SubidFacts {
  const { subuids, subgids, notices } = readSubids(user.name, user.uid)
  const read = (path: string): string => readTextIfExists(path, MAX_BYTES) ?? ''
  const [uidText, gidText] = [read('/etc/subuid'), read('/etc/subgid')]
  return {
    subuid: { ranges: subuids, sharedWith: sharers(uidText, user, subuids) },
    subgid: { ranges: subgids, sharedWith: sharers(gidText, user, subgids) },
    subidNotices: notices,
    firstFreeSubid: firstFree([...rangesOf(uidText), ...rangesOf(gidText)].map(({ range }) => range)),
  }
}

/** Other owners of ids that are in `ranges`, too. Pure. */
export function sharers(
  text: string,
  user: { readonly name: string; readonly uid: number },
  ranges: SubidFact['ranges'],
): string[] {
  const others = rangesOf(text).filter(({ owner }) => owner !== user.name && owner !== `${user.uid}`)
  const shared = others.filter((other) => ranges.some((range) => overlaps(range, other.range)))
  return [...new Set(shared.map(({ owner }) => owner))]
}

/** Behind all that is given to somebody. Pure. */
export function firstFree(ranges: readonly IdRange[]): number {
  return Math.max(FIRST_SUBID, ...ranges.map(({ start, count }) => start + count))
}

function rangesOf(text: string): { readonly owner: string; readonly range: IdRange }[] {
  const owners = new Set(text.split('\n').map((line) => line.split(':', 1)[0]?.trim() ?? ''))
  return [...owners].flatMap((owner) =>
    parseSubids(text, { name: owner, uid: -1 }, '').ranges.map((range) => ({ owner, range })),
  )
}

/** Whether a program may map ids for others: it is root's by a bit of its mode or by a capability. Source: newuidmap(1). */
export function readMapper(path: string | undefined): MapperFact {
  if (path === undefined) return { path, mayMap: false }
  try {
    const hasBit = (statSync(path).mode & 0o4000) !== 0
    return { path, mayMap: hasBit || llistxattr(path).includes('security.capability') }
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP')) return { path, mayMap: false }
    throw error
  }
}
