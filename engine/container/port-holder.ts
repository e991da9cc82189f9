import { TspodError } from '../../base/errors.ts'
import { inEachOthersWay } from '../../network/ports/overlap.ts'
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
    const message = `port ${port.hostPort}/${port.protocol} of the host is that of container ${other.name}`
    const hint = `publish on another port, or stop it with "tspod stop ${other.name}"`
    return new TspodError(error.code, message, { hint, cause: error })
  }
  return error
}
