import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from './config.ts'

/** Whether it holds the namespaces of a pod, with which it comes and goes. */
export function isInfra({ podId, config }: Pick<ContainerRow, 'podId' | 'config'>): boolean {
  return podId !== null && parseContainerConfig(config).isInfra === true
}
