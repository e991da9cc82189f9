import type { AvailableIds } from '../spec/identity/explicit-mappings.ts'
import { type IdRange, withoutId } from './id-range.ts'

/** A line of uid_map: ids from `inside` on are those from `outside` on. */
export type IdMapLine = readonly [inside: number, outside: number, count: number]

export interface IdMap {
  readonly uids: readonly IdMapLine[]
  readonly gids: readonly IdMapLine[]
  /** one line each, for the user: what is lost, and what to do */
  readonly warnings: readonly string[]
}

export interface IdMapInput {
  readonly uid: number
  readonly gid: number
  /** for the words of a warning; '' where unknown */
  readonly name?: string
  readonly subuids: readonly IdRange[]
  readonly subgids: readonly IdRange[]
  /** see `CallerSubids` */
  readonly notices?: readonly string[]
  /** newuidmap and newgidmap are installed */
  readonly newidmap: boolean
  /** what to do where they are not */
  readonly installHint?: string
}

/** Source: user_namespaces(7). */
const MAX_LINES = 340

/**
 * The ids of the user's namespace: 0 is the caller, and from 1 on its subordinate ids in order,
 * without gaps. The caller's own id, where a range has it, is left out of that: an id has one place.
 * Without ranges for both users and groups, or without the programs that may map them, the caller
 * is alone.
 *
 * @see user_namespaces(7), newuidmap(1)
 */
export function planIdMap(input: IdMapInput): IdMap {
  const { uid, gid, subuids, subgids, notices = [] } = input
  const problem = whyAlone(input)
  if (problem) return { uids: [[0, uid, 1]], gids: [[0, gid, 1]], warnings: [...notices, problem] }
  return { uids: mapLines(uid, subuids), gids: mapLines(gid, subgids), warnings: notices }
}

/** Ids that a signed number holds: so the map is never all there are, by which the machine's own root is known. */
const MOST_IDS = 2 ** 31 - 1

/**
 * The ids of the namespace of a root who may make no other namespaces, as in a container: all that
 * there are, each as itself.
 */
export function ownIdMap({ uids, gids }: { readonly uids: AvailableIds; readonly gids: AvailableIds }): IdMap {
  const lines = ({ extents }: AvailableIds) =>
    extents.map(({ start, size }): IdMapLine => [start, start, Math.min(size, MOST_IDS)])
  return { uids: lines(uids), gids: lines(gids), warnings: [] }
}

function mapLines(own: number, ranges: readonly IdRange[]): IdMapLine[] {
  const lines: IdMapLine[] = [[0, own, 1]]
  let inside = 1
  for (const { start, count } of ranges.flatMap((range) => withoutId(range, own)).slice(0, MAX_LINES - 1)) {
    lines.push([inside, start, count])
    inside += count
  }
  return lines
}

function whyAlone({ name, uid, subuids, subgids, newidmap, installHint }: IdMapInput): string | undefined {
  const lost = 'containers have only one user id'
  if (!newidmap)
    return `${lost}: newuidmap and newgidmap are not installed${installHint === undefined ? '' : ` (${installHint})`}`
  if (subuids.length > 0 && subgids.length > 0) return undefined
  const files = [subuids.length === 0 && '/etc/subuid', subgids.length === 0 && '/etc/subgid']
    .filter(Boolean)
    .join(' and ')
  const range = '100000-165535'
  return `${lost}: you have no range in ${files} (sudo usermod --add-subuids ${range} --add-subgids ${range} ${name || uid})`
}
