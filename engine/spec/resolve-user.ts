import { TspodError } from '../../base/errors.ts'
import { quote } from './bad-value.ts'
import type { IdMapping } from './oci.ts'
import { parseUser } from './parse-user.ts'
import { type GroupEntry, parseGroup, parseId, parsePasswd, type UserDatabase } from './user-database.ts'

/** Source of the bound: setgroups(2), NGROUPS_MAX. */
const MAX_GROUPS = 65536

export interface ResolvedUser {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
  readonly home: string
}

/** The ids that exist in the namespace of the container; see `HostFacts`. */
export interface MappedIds {
  readonly uidMap: readonly IdMapping[]
  readonly gidMap: readonly IdMapping[]
}

/**
 * The ids of `text` in the image's user database. A number needs no entry there. Without a group
 * the user's own is taken, and with it every group that lists the user; of those, ids that the
 * namespace lacks are left out, as nothing could be done with them.
 *
 * @param groupAdd names and ids of more groups
 * @throws {TspodError} E_BAD_USER
 * @throws {TspodError} E_UNKNOWN_USER, E_UNKNOWN_GROUP: no such name in the image
 * @throws {TspodError} E_ID_NOT_MAPPED: the namespace has no such id
 * @throws {TspodError} E_BAD_IMAGE: the user's entry has a NUL byte where the kernel takes none
 */
export function resolveUser(
  text: string,
  database: UserDatabase,
  mapped: MappedIds,
  groupAdd: readonly string[] = [],
): ResolvedUser {
  const { user, group } = parseUser(text)
  const groups = parseGroup(database.group)
  const uid = parseId(user)
  const passwd = parsePasswd(database.passwd)
  const entry = passwd.find(({ name }) => name === user) ?? passwd.find((one) => one.uid === (user === '' ? 0 : uid))
  if (!entry && uid === undefined && user !== '') throw unknownName('user', user)
  if (entry?.home.includes('\0')) throw badHome(entry.name)
  const resolved = {
    uid: entry?.uid ?? uid ?? 0,
    gid: group === undefined ? (entry?.gid ?? 0) : findGroup(group, groups),
    additionalGids: [
      ...new Set([
        ...(group === undefined && entry ? groupsOf(entry.name, groups, mapped) : []),
        ...groupAdd.map((word) => findGroup(word, groups)),
      ]),
    ],
    home: entry?.home || '/',
  }
  requireMapped('user', resolved.uid, mapped.uidMap)
  for (const gid of [resolved.gid, ...resolved.additionalGids]) requireMapped('group', gid, mapped.gidMap)
  return resolved
}

/** Whether the namespace has this id. */
export function isMapped(id: number, map: readonly IdMapping[]): boolean {
  return map.some(({ containerID, size }) => id >= containerID && id < containerID + size)
}

function findGroup(group: string, groups: readonly GroupEntry[]): number {
  const gid = groups.find(({ name }) => name === group)?.gid ?? parseId(group)
  if (gid === undefined) throw unknownName('group', group)
  return gid
}

function groupsOf(user: string, groups: readonly GroupEntry[], mapped: MappedIds): number[] {
  const gids = groups.filter(({ members }) => members.includes(user)).map(({ gid }) => gid)
  return [...new Set(gids)].filter((gid) => isMapped(gid, mapped.gidMap)).slice(0, MAX_GROUPS)
}

function requireMapped(kind: 'user' | 'group', id: number, map: readonly IdMapping[]): void {
  if (isMapped(id, map)) return
  const ranges = map.map(({ containerID, size }) =>
    size === 1 ? `${containerID}` : `${containerID}-${containerID + size - 1}`,
  )
  throw new TspodError(
    'E_ID_NOT_MAPPED',
    `${kind} id ${id} is not in the user namespace, which has ${ranges.join(', ') || 'none'}`,
    {
      hint: `have root give you more ids in ${kind === 'user' ? '/etc/subuid' : '/etc/subgid'}, or choose another with --user`,
    },
  )
}

function badHome(name: string): TspodError {
  return new TspodError('E_BAD_IMAGE', `the home of user ${quote(name)} in the image's /etc/passwd has a NUL byte`, {
    hint: 'mend that file in the image, or choose another user with --user',
  })
}

function unknownName(kind: 'user' | 'group', name: string): TspodError {
  return new TspodError(
    kind === 'user' ? 'E_UNKNOWN_USER' : 'E_UNKNOWN_GROUP',
    `the image has no ${kind} ${quote(name)}`,
    {
      hint: `use a number, or a name from the image's /etc/${kind === 'user' ? 'passwd' : 'group'}`,
    },
  )
}
