import { TspodError } from '../../base/errors.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import type { ContainerConfig } from '../container/config.ts'
import type { RunRequest } from '../request.ts'
import { parsePodConfig } from './config.ts'
import type { Shared } from './parse-share.ts'

/** What there is of a pod's holder. */
export interface Holder {
  readonly id: string
  readonly config: ContainerConfig
}

/** Flags that speak of a network that is the pod's, or of its name. */
const OF_POD: readonly { readonly word: keyof RunRequest; readonly flag: string; readonly kind: Shared }[] = [
  { word: 'publish', flag: '--publish', kind: 'net' },
  { word: 'publishAll', flag: '--publish-all', kind: 'net' },
  { word: 'networkAliases', flag: '--network-alias', kind: 'net' },
  { word: 'ip', flag: '--ip', kind: 'net' },
  { word: 'ip6', flag: '--ip6', kind: 'net' },
  { word: 'macAddress', flag: '--mac-address', kind: 'net' },
  { word: 'egress', flag: '--egress', kind: 'net' },
  { word: 'addHosts', flag: '--add-host', kind: 'net' },
  { word: 'dns', flag: '--dns', kind: 'net' },
  { word: 'dnsOptions', flag: '--dns-option', kind: 'net' },
  { word: 'dnsSearch', flag: '--dns-search', kind: 'net' },
  { word: 'hostname', flag: '--hostname', kind: 'uts' },
]

/**
 * The request of a container that is to be in a pod: what it says nothing of is the pod's. It is started after
 * the holder. Pure.
 *
 * @throws {TspodError} E_POD_OPTION: it asks for what only the pod can have
 * @see podman-run(1), "--pod"
 */
export function memberRequest(request: RunRequest, pod: PodRow, holder: Holder | undefined): RunRequest {
  const { shares, restart, cgroupParent } = parsePodConfig(pod)
  const { podIdFile: _file, ...rest } = request
  const own: RunRequest = {
    ...rest,
    pod: pod.id,
    ...(request.restart === undefined && restart !== undefined && !request.remove ? { restart } : {}),
    ...(request.cgroupParent === undefined && cgroupParent !== undefined ? { cgroupParent } : {}),
  }
  if (!holder) return own
  const shared = sharedWords(request, shares, holder)
  requireOwn(request, pod, shared)
  const hasVolumes = holder.config.volumes.length > 0
  return {
    ...own,
    ...shared,
    ...sharedUser(request, holder, Object.values(shared)),
    requires: [...(request.requires ?? []), holder.id],
    ...(hasVolumes ? { volumesFrom: [holder.id, ...(request.volumesFrom ?? [])] } : {}),
  }
}

type Words = Pick<RunRequest, 'networks' | 'ipc' | 'uts' | 'pid'>

/** Namespaces that the holder has of the host are the host's here, too: nobody could join them. */
function sharedWords(request: RunRequest, shares: readonly Shared[], { id, config }: Holder): Words {
  const from = `container:${id}`
  const asHolder = (mode: string | undefined): string => (mode === 'host' ? 'host' : from)
  const isOpen = (kind: Shared, word: string | undefined): boolean => shares.includes(kind) && word === undefined
  return {
    ...(isOpen('net', request.networks?.[0]) ? { networks: [asHolder(config.networkMode)] } : {}),
    ...(isOpen('ipc', request.ipc) ? { ipc: asHolder(config.request.ipc) } : {}),
    ...(isOpen('uts', request.uts) ? { uts: asHolder(config.request.uts) } : {}),
    ...(isOpen('pid', request.pid) ? { pid: asHolder(config.request.pid) } : {}),
  }
}

/** Rights over what it shares are had in the holder's user namespace, where that has one. */
function sharedUser(
  request: RunRequest,
  { id, config }: Holder,
  words: readonly unknown[],
): Pick<RunRequest, 'userns'> {
  const { userns, uidmap, gidmap, subuidname, subgidname } = config.request
  const hasOwn = [userns, uidmap, gidmap, subuidname, subgidname].some((word) => word !== undefined && word.length > 0)
  const isJoined = words.flat().includes(`container:${id}`)
  const hasNamespace = config.spec.linux.namespaces.some(({ type }) => type === 'user')
  if (!hasNamespace || !(hasOwn || isJoined)) return {}
  const asked = [request.userns, ...(request.uidmap ?? []), ...(request.gidmap ?? [])].some(
    (word) => word !== undefined,
  )
  if (!asked) return { userns: `container:${id}` }
  if (!hasOwn) return {}
  throw new TspodError('E_POD_OPTION', '--userns is for the pod to have, not for a container in it', {
    hint: 'give it to "tspod pod create"',
  })
}

function requireOwn(request: RunRequest, pod: PodRow, shared: Words): void {
  const has = { net: shared.networks !== undefined, uts: shared.uts !== undefined }
  const found = OF_POD.find(({ word, kind }) => {
    const value = request[word]
    const isGiven = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
    return isGiven && has[kind === 'uts' ? 'uts' : 'net']
  })
  if (!found) return
  const what = found.kind === 'uts' ? 'host name' : 'network'
  throw new TspodError('E_POD_OPTION', `${found.flag} cannot be set: the ${what} is that of the pod ${pod.name}`, {
    hint: `give it to "tspod pod create"`,
  })
}
