import { join } from 'node:path'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import type { LogTarget } from '../plan/stream-steps.ts'
import type { ContainerConfig } from './config.ts'

/** Source: systemd-journald.service(8). */
export const JOURNAL_SOCKET = '/run/systemd/journal/socket'

/** Where the output of a container is written down; undefined where it is not. */
export function logTarget(engine: Engine, row: ContainerRow, { log }: ContainerConfig): LogTarget | undefined {
  switch (log?.driver) {
    case 'none':
    case 'passthrough':
      return undefined
    case 'journald':
      return { driver: 'journald', socket: JOURNAL_SOCKET, fields: journalFields(row, log.tag) }
    default:
      return {
        driver: log?.driver ?? 'k8s-file',
        path: log?.path ?? join(engine.containerDir(row.id), 'ctr.log'),
        maxSizeBytes: log?.maxSizeBytes ?? 0,
        maxFiles: Math.max(1, log?.maxFiles ?? 1),
      }
  }
}

/** The names are conmon's, which podman's users filter by. A newline would begin another field. */
function journalFields(row: ContainerRow, tag: string | undefined): string {
  const fields = {
    CONTAINER_ID: row.id.slice(0, 12),
    CONTAINER_ID_FULL: row.id,
    CONTAINER_NAME: row.name,
    SYSLOG_IDENTIFIER: tag ?? row.name,
    ...(tag === undefined ? {} : { CONTAINER_TAG: tag }),
  }
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}\n`)
    .join('')
}
