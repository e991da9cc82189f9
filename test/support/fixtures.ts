import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { test as base, inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { isErrno } from '../../base/errors.ts'
import { type Traces, tracesOf } from './traces.ts'
import { TSPOD, type Tspod, tspodOver } from './tspod.ts'

/** For what tidies up in the background. */
const PATIENCE_MS = 5000

interface Fixtures {
  /** an empty directory of this test alone; holds the root and the runtime directory */
  directory: string
  tspod: Tspod
  host: { traces(): Traces }
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures a fixture needs from its first parameter
  directory: async ({}, use) => {
    const directory = mkdtempSync(join(tmpdir(), 'tspod-e2e-'))
    await use(directory)
    await processesEnd(directory)
    // files of subordinate ids can be removed only from inside the namespace
    const removed = runChild(TSPOD, ['--root', join(directory, 'remove'), 'unshare', 'rm', '-rf', directory])
    if (removed?.exitCode !== 0) throw new Error(`could not remove ${directory}: ${removed?.stderr}`)
  },
  tspod: async ({ directory }: Pick<Fixtures, 'directory'>, use: (tspod: Tspod) => Promise<void>) => {
    await use(
      tspodOver(directory, { CONTAINERS_REGISTRIES_CONF: inject('registriesConf'), CONTAINERS_CONF: '/dev/null' }),
    )
  },
  host: async ({ directory }, use) => {
    await use({ traces: () => tracesOf(directory) })
  },
})

/** Monitors tidy up in the background, and what they have open cannot be removed. What still runs after that ends. */
async function processesEnd(directory: string): Promise<void> {
  if (tracesOf(directory).processes.length > 0 && existsSync(join(directory, 'root/state.db'))) {
    // What a test leaves running ends here, and no policy brings it back.
    runChild(TSPOD, ['--root', `${directory}/root`, '--runroot', `${directory}/run`, 'rm', '-f', '-a', '-t', '0'])
  }
  const startMs = performance.now()
  for (let left = tracesOf(directory).processes; left.length > 0; left = tracesOf(directory).processes) {
    const passedMs = performance.now() - startMs
    if (passedMs > PATIENCE_MS) for (const line of left) killIfThere(Number.parseInt(line, 10))
    if (passedMs > 2 * PATIENCE_MS) throw new Error(`killed, and still there: ${left.join('\n')}`)
    await setTimeout(20)
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}

export { expect } from 'vitest'
