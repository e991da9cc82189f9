import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { joinedTypes } from '../exec-plan.ts'
import { readRecord } from '../monitor/record.ts'
import type { JoinedProcess } from '../plan/compile-plan.ts'
import type { ContainerConfig } from './config.ts'

/**
 * The first process of the container whose namespaces this one is in, where there is one.
 *
 * @throws {TspodError} E_NAMESPACE_OWNER: it does not run, or has gone
 * @throws {TspodError} E_UNSUPPORTED_OPTION: namespaces of several containers, which belong to different users' namespaces
 */
export function joinedProcess(engine: Engine, config: ContainerConfig): JoinedProcess | undefined {
  const [id, ...others] = new Set(Object.values(config.joined ?? {}))
  if (id === undefined) return undefined
  if (others.length > 0) {
    throw new TspodError('E_UNSUPPORTED_OPTION', 'a container cannot be in namespaces of several other containers', {
      hint: 'let them share with one of them',
    })
  }
  const name = engine.storage.containers.find(id)?.name ?? id.slice(0, 12)
  const record = readRecord(engine.runDir(id))
  if (record.state === 'running') {
    return { pid: record.pid, startTime: record.startTime, types: joinedTypes(engine, config) }
  }
  throw new TspodError('E_NAMESPACE_OWNER', `container ${name}, whose namespaces it is to share, is not running`, {
    hint: `start it first with "tspod start ${name}"`,
  })
}
