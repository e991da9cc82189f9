import type { ContainerRow } from '../../storage/state/container-row.ts'
import { forgetCgroup, recordedCgroup } from '../cgroup/record.ts'
import { oomKilled, removeCgroup } from '../cgroup/remove.ts'
import type { Engine } from '../engine.ts'
import { releaseAddresses } from '../network/assign.ts'
import { sweepNetworks } from '../network/sweep-networks.ts'
import { removeLockedVolume } from '../volume/lock.ts'
import { parseContainerConfig } from './config.ts'
import { removeApiSocket } from './publish.ts'

/** Gives back what a container that has ended held of the host. Mounts and namespaces went with its processes. */
export function releaseRuntime(engine: Engine, row: ContainerRow): void {
  const cgroup = recordedCgroup(engine.runDir(row.id))
  if (cgroup !== undefined && oomKilled(cgroup)) engine.storage.containers.update(row.id, { oomKilled: true })
  releaseCgroup(engine, row.id)
  const { networkMode } = parseContainerConfig(row.config)
  if (networkMode === 'bridge') {
    releaseAddresses(engine, row.id)
    sweepNetworks(engine)
  }
  if (networkMode === 'slirp4netns') removeApiSocket(engine, row.id)
}

/** What is left in the cgroup ends: a process of another pid namespace, which the container's end did not kill. */
export function releaseCgroup(engine: Engine, id: string): void {
  const cgroup = recordedCgroup(engine.runDir(id))
  if (cgroup === undefined) return
  removeCgroup(cgroup)
  forgetCgroup(engine.runDir(id))
}

/** Volumes without a name of their own go with their container, whose row has gone. One that another container took over stays. */
export function removeAnonymousVolumes(engine: Engine, row: ContainerRow): void {
  const { containers } = engine.storage
  for (const { anonymous, name } of parseContainerConfig(row.config).volumes) {
    if (anonymous && containers.mentioning(name).length === 0) removeLockedVolume(engine, name)
  }
}
