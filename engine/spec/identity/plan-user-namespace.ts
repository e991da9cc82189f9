import { TspodError } from '../../../base/errors.ts'
import type { RunRequest } from '../../request.ts'
import type { IdMapping } from '../oci.ts'
import { findFreeRange } from './auto-range.ts'
import { type AvailableIds, explicitMappings, type Mappings } from './explicit-mappings.ts'
import { type Extent, extentsOf, insertMapping, isIdentity, mergeMappings, splitAtExtents } from './id-mappings.ts'
import type { UserNamespaceMode } from './parse-userns.ts'

export interface UserNamespaceInput {
  readonly mode: UserNamespaceMode
  readonly request: Pick<RunRequest, 'uidmap' | 'gidmap'>
  /** the caller's ids on the machine */
  readonly caller: { readonly uid: number; readonly gid: number }
  /** false for the machine's root, who is in no user namespace */
  readonly rootless: boolean
  readonly uids: AvailableIds
  readonly gids: AvailableIds
  /** what other containers of --userns auto have; read only for that */
  readonly taken: () => readonly Extent[]
  /** how many ids the image's own users need; read only for --userns auto without a size */
  readonly neededIds: () => number
  /** mappings of --subuidname and --subgidname, in ids of here */
  readonly named?: Mappings | undefined
}

export interface UserNamespacePlan extends Mappings {
  /** every id is the same outside, so files are owned as the image says without anything done */
  readonly isIdentity: boolean
  /** whose ids they are: of the caller, with --userns keep-id */
  readonly keeps?: { readonly uid: number; readonly gid: number; readonly renamed: boolean }
}

/** Source: user_namespaces(7): so many lines a map has at most. */
const MAX_LINES = 340

/**
 * The ids of a container that does not just have all of the caller's; undefined for one that does.
 * In --userns host too: the user namespace that a container has of its own, with every id mapped to
 * itself, differs from the caller's in what its root may do outside, not in ids.
 *
 * @throws {TspodError} E_BAD_ID_MAP, E_NOT_ENOUGH_IDS, E_USERNS_UNSUPPORTED
 * @see podman-run(1), "--userns"
 */
export function planUserNamespace(input: UserNamespaceInput): UserNamespacePlan | undefined {
  const { mode, request } = input
  const isExplicit = (request.uidmap?.length ?? 0) + (request.gidmap?.length ?? 0) > 0 || input.named !== undefined
  if (isExplicit) {
    if (mode.kind !== 'default' && mode.kind !== 'private') throw exclusive(mode.kind)
    return finish(input, input.named ?? explicitMappings(request, input))
  }
  switch (mode.kind) {
    case 'keep-id':
      return input.rootless ? keepId(input, mode) : undefined
    case 'nomap':
      if (!input.rootless) throw unsupported('nomap is for ordinary users: root has no ids to leave out')
      return finish(input, { uids: behindCaller(input.uids), gids: behindCaller(input.gids) })
    case 'auto':
      return finish(input, autoMappings(input, mode))
    default:
      return undefined
  }
}

/** Id 0 of here is the caller, and 1 and on are the subordinate ids; those are moved to around the caller's place. */
function keepId(
  input: UserNamespaceInput,
  mode: UserNamespaceMode & { readonly kind: 'keep-id' },
): UserNamespacePlan | undefined {
  const { caller } = input
  const keeps = { uid: mode.uid ?? caller.uid, gid: mode.gid ?? caller.gid }
  const around = (id: number, { extents }: AvailableIds): IdMapping[] => {
    const most = Math.max(count(extents) - 1, 0)
    const others = mode.size === undefined ? most : Math.min(mode.size - 1, most)
    return mergeMappings([
      { containerID: 0, hostID: 1, size: Math.min(id, others) },
      { containerID: id, hostID: 0, size: 1 },
      { containerID: id + 1, hostID: id + 1, size: Math.max(others - id, 0) },
    ])
  }
  return {
    ...finish(input, { uids: around(keeps.uid, input.uids), gids: around(keeps.gid, input.gids) }),
    keeps: { ...keeps, renamed: mode.uid !== undefined || mode.gid !== undefined },
  }
}

function behindCaller({ extents }: AvailableIds): IdMapping[] {
  return [{ containerID: 0, hostID: 1, size: count(extents) - 1 }]
}

function autoMappings(input: UserNamespaceInput, mode: UserNamespaceMode & { readonly kind: 'auto' }): Mappings {
  const size = mode.size ?? input.neededIds()
  const range = findFreeRange({ uids: input.uids.extents, gids: input.gids.extents }, size, input.taken())
  if (!range) throw notEnough(`no range of ${size} ids is left for --userns auto`)
  const base: IdMapping = { containerID: 0, hostID: range.start, size }
  const over = (entries: readonly IdMapping[]) => entries.reduce<readonly IdMapping[]>(insertMapping, [base])
  return { uids: over(mode.uidMappings), gids: over(mode.gidMappings) }
}

/** The lines the kernel is given. */
function finish(input: UserNamespaceInput, mappings: Mappings): UserNamespacePlan {
  const lines = (kind: 'uids' | 'gids', what: string): readonly IdMapping[] => {
    const wanted = mappings[kind].filter(({ size }) => size > 0)
    const split = splitAtExtents(wanted, input[kind].extents)
    if (!split || wanted.length === 0) {
      throw notEnough(`the ${what} ids ${shown(wanted)} are not all among yours, ${shown(identity(input[kind]))}`)
    }
    if (split.length > MAX_LINES) throw unsupported(`a map of ${split.length} lines is more than the kernel takes`)
    return split
  }
  const [uids, gids] = [lines('uids', 'user'), lines('gids', 'group')]
  return { uids, gids, isIdentity: isIdentity(uids) && isIdentity(gids) }
}

/** Ids begin at 0 and have no gaps: see planIdMap. */
function count(extents: readonly Extent[]): number {
  return extents.reduce((sum, { size }) => sum + size, 0)
}

function identity({ extents }: AvailableIds): IdMapping[] {
  return mergeMappings(extents.map(({ start, size }) => ({ containerID: start, hostID: start, size })))
}

function shown(mappings: readonly IdMapping[]): string {
  const ranges = extentsOf(mappings).map(({ start, size }) =>
    size === 1 ? `${start}` : `${start}-${start + size - 1}`,
  )
  return ranges.slice(0, 8).join(', ') || 'none'
}

function exclusive(kind: string): TspodError {
  return new TspodError('E_BAD_USERNS', `--userns ${kind} and a map of ids exclude each other`, {
    hint: 'leave out --userns, or --uidmap, --gidmap, --subuidname and --subgidname',
  })
}

function notEnough(why: string): TspodError {
  return new TspodError('E_NOT_ENOUGH_IDS', why, {
    hint: 'have root give you more ids in /etc/subuid and /etc/subgid, or ask for fewer',
  })
}

function unsupported(why: string): TspodError {
  return new TspodError('E_USERNS_UNSUPPORTED', why)
}
