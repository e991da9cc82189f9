import { parseContainerConfig } from '../container/config.ts'
import { lastLines } from '../container/last-lines.ts'
import type { Engine } from '../engine.ts'
import type { ClosedBind } from './bind-access.ts'
import { closedBinds, refusedBinds } from './closed-binds.ts'

/** Ended by a terminal, a key or somebody: SIGHUP, SIGINT, SIGKILL, SIGTERM. */
const ENDED_BY_OTHERS = [129, 130, 137, 143]

/** What says by itself that permissions are lacking: EACCES as a status, EX_NOPERM, a shell's. Source: errno(3), sysexits.h, POSIX sh(1). */
const REFUSED_STATUSES = [13, 77, 126]

const LINES = 20

/**
 * What of its mounts a container was refused that has just ended; undefined where nothing says so. It is to be
 * asked while the container is there: with --rm its log goes, too. A journal is not asked, as it is slow.
 */
export async function lookAtEnd(engine: Engine, id: string, exitCode: number): Promise<ClosedBind | undefined> {
  if (exitCode === 0 || ENDED_BY_OTHERS.includes(exitCode)) return undefined
  const row = engine.storage.containers.find(id)
  if (!row) return undefined
  const config = parseContainerConfig(row.config)
  if (config.volumes.length === 0) return undefined
  const driver = config.log?.driver ?? 'k8s-file'
  if (driver === 'k8s-file' || driver === 'json-file') {
    return refusedBinds(engine, config, { lines: await lastLines(engine, row, LINES), exitCode }).at(-1)
  }
  return REFUSED_STATUSES.includes(exitCode) ? closedBinds(engine, config)[0] : undefined
}
