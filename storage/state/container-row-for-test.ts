import { createHash } from 'node:crypto'
import type { ContainerRow } from './container-row.ts'

/** For tests: a container's row, with an id that follows from its name. */
export function containerRow(members: Partial<ContainerRow> = {}): ContainerRow {
  const name = members.name ?? 'web'
  return {
    id: createHash('sha256').update(name).digest('hex'),
    name,
    imageId: null,
    imageName: 'localhost/one:latest',
    command: ['sh', '-c', 'true'],
    createdAtMs: 1000,
    status: 'created',
    startedAtMs: null,
    finishedAtMs: null,
    exitCode: null,
    oomKilled: false,
    error: null,
    pid: null,
    pidStartTime: null,
    autoRemove: false,
    restartCount: 0,
    stoppedByUser: false,
    podId: null,
    labels: { a: 'b' },
    layers: [],
    driver: 'overlay',
    config: { any: ['thing'] },
    ...members,
  }
}
