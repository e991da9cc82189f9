import type { ImageConfig } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { namedMappings } from '../rootless/named-mappings.ts'
import { readOwnIds } from '../rootless/own-ids.ts'
import type { AvailableIds } from '../spec/identity/explicit-mappings.ts'
import type { Extent } from '../spec/identity/id-mappings.ts'
import { neededIds } from '../spec/identity/needed-ids.ts'
import type { UserNamespaceMode } from '../spec/identity/parse-userns.ts'
import { planUserNamespace, type UserNamespacePlan } from '../spec/identity/plan-user-namespace.ts'
import type { UserDatabase } from '../spec/user-database.ts'
import { parseContainerConfig } from './config.ts'

export interface UserNamespaceRequest {
  readonly mode: UserNamespaceMode
  readonly request: RunRequest
  readonly image: Pick<ImageConfig, 'user'>
  readonly userDatabase: UserDatabase
}

/**
 * The ids of a container that is about to be made; undefined where it has all of the caller's. With
 * --userns auto the caller of this holds the lock on automatic ranges until the container's row says
 * which it has.
 *
 * @throws {TspodError} E_BAD_ID_MAP, E_NOT_ENOUGH_IDS, E_USERNS_UNSUPPORTED
 */
export function chooseUserNamespace(engine: Engine, wanted: UserNamespaceRequest): UserNamespacePlan | undefined {
  const { mode, request, image, userDatabase } = wanted
  const { host } = engine
  const own = host.rootless || mode.kind !== 'auto' ? readOwnIds() : rangesForRoot()
  return planUserNamespace({
    mode,
    request,
    caller: host,
    rootless: host.rootless,
    ...own,
    taken: () => automaticRanges(engine),
    neededIds: () => neededIds(userDatabase, request.user ?? image.user),
    named: namedMappings(request, own),
  })
}

/** Whether the words say anything but "all of the caller's ids". */
export function asksForIds(request: RunRequest, mode: UserNamespaceMode): boolean {
  const { uidmap = [], gidmap = [], subuidname, subgidname } = request
  const isUsual = mode.kind === 'default' || mode.kind === 'host' || mode.kind === 'private'
  return !isUsual || uidmap.length + gidmap.length > 0 || subuidname !== undefined || subgidname !== undefined
}

/** What the containers of --userns auto have, whether they run or not: their files are owned by it. */
function automaticRanges({ storage }: Engine): Extent[] {
  return storage.containers.list().flatMap(({ config }) => {
    const { spec, isAutomatic } = parseContainerConfig(config)
    if (!isAutomatic) return []
    return [...spec.linux.uidMappings, ...spec.linux.gidMappings].map(({ hostID: start, size }) => ({ start, size }))
  })
}

/** Root has every id; a container gets them from the ranges of a user that stands for it. Source: podman-run(1), "--userns", "auto". */
function rangesForRoot(): { readonly uids: AvailableIds; readonly gids: AvailableIds } {
  const own = readOwnIds()
  const named = namedMappings({ subuidname: 'containers' }, own)
  const only = (all: AvailableIds, kind: 'uids' | 'gids'): AvailableIds => ({
    ...all,
    extents: (named?.[kind] ?? []).map(({ hostID: start, size }) => ({ start, size })),
  })
  return { uids: only(own.uids, 'uids'), gids: only(own.gids, 'gids') }
}
