import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../monitor/record.ts'
import type { JoinedPath, JoinedProcess } from '../plan/join-steps.ts'
import { type ContainerConfig, networkPath } from './config.ts'

/**
 * The first processes of the containers whose namespaces this one is in, and a network that is no container's.
 *
 * @throws {TspodError} E_NAMESPACE_OWNER: one of them does not run, or has gone
 */
export function joinedProcesses(engine: Engine, config: ContainerConfig): (JoinedProcess | JoinedPath)[] {
  const { joined = {} } = config
  const types = Object.keys(joined) as (keyof typeof joined)[]
  const processes = [...new Set(Object.values(joined))].map((id) => ({
    ...runningProcess(engine, id),
    types: types.filter((type) => joined[type] === id),
  }))
  const path = networkPath(config)
  return path === undefined ? processes : [...processes, { path, types: ['network'] }]
}

function runningProcess(engine: Engine, id: string): Pick<JoinedProcess, 'pid' | 'startTime'> {
  const record = readRecord(engine.runDir(id))
  if (record.state === 'running') return { pid: record.pid, startTime: record.startTime }
  const name = engine.storage.containers.find(id)?.name ?? id.slice(0, 12)
  throw new TspodError('E_NAMESPACE_OWNER', `container ${name}, whose namespaces it is to share, is not running`, {
    hint: `start it first with "tspod start ${name}"`,
  })
}
