import { TspodError } from '../../base/errors.ts'
import type { Driver } from '../../storage/drivers/driver.ts'
import type { Image } from '../../storage/images/image.ts'
import { type LayerMap, type Owner, rootOutside } from '../../storage/layers/mapped-ids.ts'
import type { Lock } from '../../storage/locks.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { findHostAccount } from '../rootless/host-accounts.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import { quote } from '../spec/bad-value.ts'
import type { Account } from '../spec/identity/account-entries.ts'
import { accountEntries } from '../spec/identity/account-entries.ts'
import { isIdentity } from '../spec/identity/id-mappings.ts'
import { parseUserns, type UserNamespaceMode } from '../spec/identity/parse-userns.ts'
import type { UserNamespacePlan } from '../spec/identity/plan-user-namespace.ts'
import { sharedNetwork } from '../spec/parse-networks.ts'
import type { UserDatabase } from '../spec/user-database.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { MAPPED_LAYERS_LOCK } from './prune-mapped-layers.ts'
import { asksForIds, chooseUserNamespace } from './user-namespace.ts'

export interface IdentityInput {
  readonly request: RunRequest
  readonly image: Image
  readonly driver: Driver
  /** of the image */
  readonly userDatabase: UserDatabase
  /** where volumes will be */
  readonly mounted: readonly string[]
}

/** Who a container's users are, inside and outside. Held until its row says so. */
export interface ContainerIdentity extends AsyncDisposable {
  /** as the user's, with who runs the process where that follows from the ids */
  readonly request: RunRequest
  /** as the host's, with the ids that the container has */
  readonly host: HostFacts
  /** the image's, and whom else the container knows */
  readonly userDatabase: UserDatabase
  /** texts of /etc/passwd and /etc/group where they differ from the image's */
  readonly files: Readonly<Partial<Record<'passwd' | 'group', string>>>
  /** who the container's root is on the disk, where that is not the caller */
  readonly root: Owner | undefined
  /** see Driver */
  readonly layerMap: LayerMap | undefined
  readonly config: Pick<ContainerConfig, 'layerMap' | 'keepGroups' | 'isAutomatic'>
  /** the container whose user namespace it is in */
  readonly joinedUser: string | undefined
}

/** The word of --group-add. Source: podman-run(1). */
const KEEP_GROUPS = 'keep-groups'
/** Making layers for a map takes its time. */
const LOCK_TIMEOUT_MS = 3_600_000

/**
 * What `--userns`, `--uidmap`, `--user`, `--group-add` and what belongs to them make of a container:
 * its ids, its layers with owners that fit to them, and the users it knows.
 *
 * @throws {TspodError} E_BAD_USERNS, E_BAD_ID_MAP, E_NOT_ENOUGH_IDS, E_ID_NOT_MAPPED, E_BAD_PASSWD_ENTRY, E_UNKNOWN_USER
 * @see podman-run(1), "--userns", "--passwd"
 */
export async function containerIdentity(engine: Engine, input: IdentityInput): Promise<ContainerIdentity> {
  const owner = sharedWith(engine, input.request)
  if (owner !== undefined) return identityWith(engine, input, await joinedIds(engine, input, owner))
  const mode = parseUserns(input.request.userns ?? engine.env['PODMAN_USERNS'] ?? '')
  if (mode.kind === 'container') return identityWith(engine, input, await joinedIds(engine, input, mode.ref))
  if (!asksForIds(input.request, mode)) return identityWith(engine, input, {})
  const locks = await holdIds(engine, mode)
  try {
    const { request, image, userDatabase } = input
    const plan = chooseUserNamespace(engine, { mode, request, image: image.config, userDatabase })
    if (!plan) return identityWith(engine, input, { locks })
    const layerMap = plan.isIdentity || isAlone(engine) ? undefined : await mapLayers(engine, input, plan)
    return identityWith(engine, input, { plan, layerMap, isAutomatic: mode.kind === 'auto', locks })
  } catch (error) {
    release(locks)
    throw error
  }
}

interface Ids {
  readonly plan?: UserNamespacePlan
  readonly layerMap?: LayerMap | undefined
  readonly isAutomatic?: boolean
  readonly joinedUser?: string
  readonly locks?: readonly Lock[]
}

function identityWith(engine: Engine, input: IdentityInput, ids: Ids): ContainerIdentity {
  const { plan, layerMap, locks = [] } = ids
  const { keeps } = plan ?? {}
  const ownUser = input.request.user || input.image.config.user
  // Whose ids are kept is who runs the process, unless somebody else is named.
  const user = ownUser === '' && keeps ? `${keeps.uid}:${keeps.gid}` : ownUser
  const more = moreUsers(engine, input, { user, keepsCaller: keeps !== undefined && !keeps.renamed })
  const { passwd, group } = input.userDatabase
  return {
    request: user === ownUser ? input.request : { ...input.request, user },
    host: plan ? { ...engine.host, rootless: true, uidMap: plan.uids, gidMap: plan.gids } : engine.host,
    userDatabase: { passwd: joined(passwd, more.passwd), group: joined(group, more.group) },
    files: {
      ...(more.passwd === '' ? {} : { passwd: joined(passwd, more.passwd) }),
      ...(more.group === '' ? {} : { group: joined(group, more.group) }),
    },
    root: plan && !plan.isIdentity ? rootOutside(plan) : undefined,
    layerMap,
    config: {
      ...(layerMap ? { layerMap } : {}),
      ...(ids.isAutomatic ? { isAutomatic: true } : {}),
      ...(keepsGroups(input.request) ? { keepGroups: true } : {}),
    },
    joinedUser: ids.joinedUser,
    [Symbol.asyncDispose]: async () => release(locks),
  }
}

/** With --userns auto nobody else chooses meanwhile; no layers of a map go before the row says that they are needed. */
async function holdIds({ storage }: Engine, mode: UserNamespaceMode): Promise<Lock[]> {
  const waiting = { timeoutMs: LOCK_TIMEOUT_MS, doing: 'making a container with ids of its own' }
  const layers = await storage.locks.acquire(...MAPPED_LAYERS_LOCK, { ...waiting, shared: true })
  if (mode.kind !== 'auto') return [layers]
  try {
    return [layers, await storage.locks.acquire('storage', 'automatic-ids', waiting)]
  } catch (error) {
    release([layers])
    throw error
  }
}

function release(locks: readonly Lock[]): void {
  for (const lock of locks) lock[Symbol.dispose]()
}

/** The caller has one id, and every file is owned by it: nothing on the disk can be owned by another. */
function isAlone({ host }: Engine): boolean {
  return host.uidMap.length === 1 && host.uidMap[0]?.size === 1
}

async function mapLayers(engine: Engine, input: IdentityInput, plan: UserNamespacePlan): Promise<LayerMap | undefined> {
  const { image, driver, request } = input
  const name = image.names[0] ?? request.image
  const chainIds = image.layers.map(({ chainId }) => chainId)
  return await driver.prepare(chainIds, { uids: plan.uids, gids: plan.gids }, () => {
    if (!request.quiet) engine.warn(`mapping the ids of ${name}, once for all containers with this map`)
  })
}

/**
 * The container whose user namespace another one is in along with those it asked for. Without
 * rights in the user namespace that owns it, a namespace is of little use: nobody may bind to a low port in it.
 */
function sharedWith({ host }: Engine, request: RunRequest): string | undefined {
  if (!host.rootless || request.userns !== undefined || request.uidmap?.length || request.gidmap?.length)
    return undefined
  const shared = (mode: string | undefined): string | undefined => /^container:(.+)$/.exec(mode ?? '')?.[1]
  // Who sees processes needs rights where they are, before the right to a port below 1024 or a queue.
  return shared(request.pid) ?? sharedNetwork(request) ?? shared(request.ipc) ?? shared(request.uts)
}

/** The ids of the container whose user namespace another one joins, and that one's layers with owners that fit. */
async function joinedIds(engine: Engine, input: IdentityInput, ref: string): Promise<Ids> {
  const { id: joinedUser, config } = engine.storage.containers.resolve(ref)
  const { uidMappings: uids, gidMappings: gids } = parseContainerConfig(config).spec.linux
  if (uids.length === 0) return { joinedUser }
  const plan = { uids, gids, isIdentity: isIdentity(uids) && isIdentity(gids) }
  if (plan.isIdentity || isAlone(engine)) return { plan, joinedUser }
  const locks = await holdIds(engine, { kind: 'private' })
  try {
    return { plan, layerMap: await mapLayers(engine, input, plan), joinedUser, locks }
  } catch (error) {
    release(locks)
    throw error
  }
}

function moreUsers(
  engine: Engine,
  { request, image, userDatabase, mounted }: IdentityInput,
  { user, keepsCaller }: { readonly user: string; readonly keepsCaller: boolean },
): UserDatabase {
  const { hostUsers = [] } = request
  const isNumber = user.split(':').some((word) => /^\d+$/.test(word))
  if (request.passwd === false || (!isNumber && !keepsCaller && hostUsers.length === 0))
    return { passwd: '', group: '' }
  const { host } = engine
  return accountEntries({
    database: userDatabase,
    user,
    caller: keepsCaller ? findHostAccount(host.uid) : undefined,
    hostUsers: hostUsers.map(requireAccount),
    passwdEntry: request.passwdEntry,
    groupEntry: request.groupEntry,
    workdir: request.workdir ?? (image.config.workingDir || '/'),
    mounted,
  })
}

function requireAccount(name: string): Account {
  const found = findHostAccount(name)
  if (found) return found
  throw new TspodError('E_UNKNOWN_USER', `the host has no user ${quote(name)}`, {
    hint: 'name a user of the host after --hostuser',
  })
}

/** @throws {TspodError} E_BAD_GROUP_ADD */
function keepsGroups({ groupAdd = [] }: RunRequest): boolean {
  if (!groupAdd.includes(KEEP_GROUPS)) return false
  if (groupAdd.length > 1) {
    throw new TspodError('E_BAD_GROUP_ADD', '--group-add keep-groups excludes every other --group-add')
  }
  return true
}

/** Some images end these files without the end of a line. */
function joined(text: string, lines: string): string {
  return lines === '' || text === '' || text.endsWith('\n') ? text + lines : `${text}\n${lines}`
}
