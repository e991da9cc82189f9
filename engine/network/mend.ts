import type { ContainerRow } from '../../storage/state/container-row.ts'
import { lockContainer } from '../container/lock.ts'
import { settle } from '../container/reconcile.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { lostOnes, markLost, type Watched } from '../monitor/watched.ts'
import { tryToMend } from './mend-limit.ts'
import { reattach } from './reattach.ts'
import { renewGateway, renewHelper } from './renew-helpers.ts'

/**
 * Starts anew what the network of a running container has lost; its monitor has us look. What ends again and
 * again stays lost: then `inspect` says so in State.Error, until `network reload`.
 */
export async function mendContainer(engine: Engine, id: string): Promise<void> {
  await using _lock = await lockContainer(engine, id)
  for (const name of lostOnes(engine.runDir(id))) {
    const row = runningRow(engine, id)
    if (row) await mend(engine, row, name)
  }
}

async function mend(engine: Engine, row: ContainerRow, name: Watched): Promise<void> {
  const runDir = engine.runDir(row.id)
  const runs = (): boolean => runningRow(engine, row.id) !== undefined
  const reason = await tryToMend({ runDir, name }, () => renew(engine, row, name), runs)
  if (reason === undefined) {
    recordContainerEvent(engine, row, 'network_mended', { lost: name })
    return
  }
  if (!runs()) return
  markLost(runDir, name)
  engine.storage.containers.update(row.id, {
    error: `the ${WORDS[name]} has ended, and is not started again: ${reason}`,
  })
  recordContainerEvent(engine, row, 'network_lost', { lost: name })
}

const WORDS: Readonly<Record<Watched, string>> = {
  networks: 'gateway of the networks',
  uplink: 'uplink of the networks',
  helper: 'helper of the network',
  gateway: 'gateway of the ports',
}

async function renew(engine: Engine, row: ContainerRow, name: Watched): Promise<void> {
  if (name === 'helper') await renewHelper(engine, row)
  else if (name === 'gateway') await renewGateway(engine, row)
  else await reattach(engine, row)
}

function runningRow(engine: Engine, id: string): ContainerRow | undefined {
  const found = engine.storage.containers.find(id)
  const row = found && settle(engine, found)
  return row?.status === 'running' || row?.status === 'paused' ? row : undefined
}
