import { rmdirSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'

/** Gives back what a container that has ended held of the host. Mounts and namespaces went with its processes. */
export function releaseRuntime(_engine: Engine, row: ContainerRow): void {
  const { cgroup } = parseContainerConfig(row.config)
  if (cgroup === undefined) return
  try {
    rmdirSync(cgroup)
  } catch (error) {
    // EBUSY: a process that left the container's pid namespace is still in it
    if (!isErrno(error, 'ENOENT', 'EBUSY', 'EACCES', 'EPERM', 'EROFS')) throw error
  }
}

/** Volumes without a name of their own go with their container. One that another container took over stays. */
export function removeAnonymousVolumes(engine: Engine, row: ContainerRow): void {
  for (const volume of parseContainerConfig(row.config).volumes) {
    if (volume.anonymous) engine.storage.volumes.remove(volume.name)
  }
}
