import { TspodError } from '../../base/errors.ts'
import { inEachOthersWay } from '../../network/ports/overlap.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import type { Engine } from '../engine.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'
import { observe } from './reconcile.ts'

/** Says which container has the port that could not be had, where it is one of ours that runs. @param id who wanted it */
export function nameHolder(
  engine: Engine,
  error: unknown,
  { id, ports }: { readonly id: string; readonly ports: readonly PublishedPort[] },
): unknown {
  if (!(error instanceof TspodError) || error.code !== 'E_PORT_IN_USE') return error
  for (const other of engine.storage.containers.list()) {
    if (other.id === id || other.status !== 'running' || observe(engine, other).status === 'exited') continue
    const theirs = parseContainerConfig(other.config).ports ?? []
    const port = ports.find((own) => theirs.some((port) => inEachOthersWay(own, port)))
    if (port === undefined) continue
    const { what, stop } = shownAs(engine, other)
    const message = `port ${port.hostPort}/${port.protocol} of the host is that of ${what}`
    const hint = `publish on another port, or stop it with "${stop}"`
    return new TspodError(error.code, message, { hint, cause: error })
  }
  return error
}

/** Ports of a pod are those of its holder, which nobody made by name. */
function shownAs(engine: Engine, row: ContainerRow): { readonly what: string; readonly stop: string } {
  const pod = podHeldBy(engine, row)
  if (pod) return { what: `the pod ${pod.name}`, stop: `tspod pod stop ${pod.name}` }
  return { what: `container ${row.name}`, stop: `tspod stop ${row.name}` }
}

/** The pod whose network, and whose ports, are those of this container. */
export function podHeldBy(engine: Engine, { id, podId }: ContainerRow): PodRow | undefined {
  const pod = podId === null ? undefined : engine.storage.pods.find(podId)
  return pod?.infraId === id ? pod : undefined
}
