import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'

test('twenty commands at once, where nobody holds the namespace, make one holder', async ({ tspod, directory }) => {
  // a runtime directory of its own: the holder of the other tests stays as it is
  const runtime = join(directory, 'runtime')
  const env = { XDG_RUNTIME_DIR: runtime }
  mkdirSync(runtime, { mode: 0o700 })
  const unshare = () => tspod.with({ env }, 'unshare', 'readlink', '/proc/self/ns/user')
  try {
    expect(await unshare()).toMatchObject({ exitCode: 0 })
    const [first] = holders(runtime)
    process.kill(Number(first), 'SIGKILL')
    const results = await Promise.all(Array.from({ length: 20 }, unshare))
    expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      results.map(() => ({ exitCode: 0, stderr: '' })),
    )
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
    expect(holders(runtime)).toEqual([readFileSync(join(runtime, 'tspod/holder'), 'utf8').split(' ')[0]])
    expect(holders(runtime)).not.toEqual([first])
  } finally {
    for (const pid of holders(runtime)) process.kill(Number(pid), 'SIGKILL')
  }
})

/** Pids of the processes that hold the namespace of this runtime directory. */
function holders(runtime: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`hold\0${runtime}/tspod/holder\0`)
    } catch {
      return false // it has ended
    }
  })
}
