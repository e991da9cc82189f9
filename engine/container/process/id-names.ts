import { readTextIfExists } from '../../../base/files.ts'
import type { ContainerRow } from '../../../storage/state/container-row.ts'
import type { Engine } from '../../engine.ts'
import { parseGroup, parsePasswd } from '../../spec/user-database.ts'
import { readContainerUsers } from '../users.ts'

/** What ids are called, in the container and on the machine. Ids are given as this process sees them. */
export interface IdNames {
  user(id: number): string
  group(id: number): string
  hostUser(id: number): string
  hostGroup(id: number): string
}

/** The names that the container's own files give, or the numbers; those of the machine by its files. */
export function idNames(engine: Engine, row: ContainerRow, pid: number): IdNames {
  const inside = { users: readMap(`/proc/${pid}/uid_map`), groups: readMap(`/proc/${pid}/gid_map`) }
  const own = { users: readMap('/proc/self/uid_map'), groups: readMap('/proc/self/gid_map') }
  const container = nameTables(readContainerUsers(engine, row))
  const host = nameTables({
    passwd: readTextIfExists('/etc/passwd', 4 << 20) ?? '',
    group: readTextIfExists('/etc/group', 4 << 20) ?? '',
  })
  return {
    user: (id) => named(container.users, backwards(inside.users, id)),
    group: (id) => named(container.groups, backwards(inside.groups, id)),
    hostUser: (id) => named(host.users, forwards(own.users, id)),
    hostGroup: (id) => named(host.groups, forwards(own.groups, id)),
  }
}

/** A line of a map: so many ids from `inside` on are those from `outside` on. Source: user_namespaces(7). */
interface Range {
  readonly inside: number
  readonly outside: number
  readonly size: number
}

const OVERFLOW_ID = 65534

/** Pure. */
export function parseRanges(text: string): Range[] {
  return text.split('\n').flatMap((line) => {
    const [inside, outside, size] = line.trim().split(/\s+/).map(Number)
    return inside === undefined || outside === undefined || size === undefined ? [] : [{ inside, outside, size }]
  })
}

/** The id inside of one outside. */
export function backwards(ranges: readonly Range[], id: number): number {
  const range = ranges.find(({ outside, size }) => id >= outside && id < outside + size)
  return range ? range.inside + id - range.outside : OVERFLOW_ID
}

function forwards(ranges: readonly Range[], id: number): number {
  const range = ranges.find(({ inside, size }) => id >= inside && id < inside + size)
  return range ? range.outside + id - range.inside : OVERFLOW_ID
}

function readMap(path: string): Range[] {
  return parseRanges(readTextIfExists(path, 1 << 16) ?? '')
}

/** Getters: most descriptors need no names. */
function nameTables(database: { readonly passwd: string; readonly group: string }) {
  let users: ReadonlyMap<number, string> | undefined
  let groups: ReadonlyMap<number, string> | undefined
  return {
    get users() {
      users ??= new Map(parsePasswd(database.passwd).map(({ uid, name }) => [uid, name]))
      return users
    },
    get groups() {
      groups ??= new Map(parseGroup(database.group).map(({ gid, name }) => [gid, name]))
      return groups
    },
  }
}

function named(names: ReadonlyMap<number, string>, id: number): string {
  return names.get(id) ?? `${id}`
}
