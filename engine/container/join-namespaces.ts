import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { containerOf, type NamespaceModes, namespaceModes } from '../spec/namespace-modes.ts'
import { sharedNetwork } from '../spec/parse-networks.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'

export interface JoinedNamespaces {
  readonly modes: NamespaceModes
  /** ids of the containers whose namespaces it is in, by kind */
  readonly joined: Pick<NonNullable<ContainerConfig['joined']>, 'pid' | 'ipc' | 'uts' | 'network'>
  /** of whose UTS namespace it is in */
  readonly hostname?: string
  /** the directory with the hosts and resolv.conf of whose network it is in */
  readonly networkFiles?: string
}

/**
 * Whose namespaces a container is to be in, with names made ids. They have to exist now, and to run
 * when the container starts.
 *
 * @throws {TspodError} E_BAD_NAMESPACE, E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 */
export function joinNamespaces(engine: Engine, request: RunRequest): JoinedNamespaces {
  const modes = namespaceModes(request)
  const idOf = (ref: string | undefined): string | undefined =>
    ref === undefined ? undefined : engine.storage.containers.resolve(ref).id
  const uts = idOf(containerOf(modes.uts))
  const network = idOf(sharedNetwork(request))
  if (network !== undefined && request.publish?.length) {
    throw new TspodError('E_BAD_PORT', 'a container that shares the network of another has no ports of its own', {
      hint: 'publish them with -p when you make the other container',
    })
  }
  const ids = { pid: idOf(containerOf(modes.pid)), ipc: idOf(containerOf(modes.ipc)), uts, network }
  return {
    modes,
    joined: Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined)),
    ...(uts === undefined ? {} : { hostname: hostnameOf(engine, uts) }),
    ...(network === undefined ? {} : { networkFiles: engine.containerDir(ownerOfNetwork(engine, network)) }),
  }
}

/** The one whose files say what the network is, where several are in it. */
function ownerOfNetwork(engine: Engine, id: string): string {
  const row = engine.storage.containers.find(id)
  return (row && parseContainerConfig(row.config).joined?.network) ?? id
}

function hostnameOf(engine: Engine, id: string): string {
  return parseContainerConfig(engine.storage.containers.resolve(id).config).spec.hostname
}
