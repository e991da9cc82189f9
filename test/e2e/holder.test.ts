import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

test('a holder whose file was removed is found again, and containers are reached', async ({ tspod, directory }) => {
  const runtime = join(directory, 'runtime')
  mkdirSync(runtime, { mode: 0o700 })
  const call = (...args: string[]) =>
    tspod.with({ env: { XDG_RUNTIME_DIR: runtime } }, '--runroot', join(runtime, 'tspod'), ...args)
  try {
    await call('network', 'create', 'net')
    expect(await call('run', '-d', '-q', '--name', 'box', '--network=net', 'alpine', 'sleep', 'inf')).toMatchObject({
      exitCode: 0,
    })
    const before = readFileSync(join(runtime, 'tspod/holder'), 'utf8')
    const held = holders(runtime)
    rmSync(join(runtime, 'tspod/holder'))
    expect(await call('exec', 'box', 'echo', 'on')).toEqual({ exitCode: 0, stdout: 'on\n', stderr: '' })
    expect(await call('run', '--rm', '--network=net', 'alpine', 'true')).toMatchObject({
      exitCode: 0,
    })
    expect(readFileSync(join(runtime, 'tspod/holder'), 'utf8')).toBe(before)
    expect(holders(runtime)).toEqual(held)

    // Nobody takes the word of a container's process for it.
    const file = join(runtime, 'tspod/holder')
    const lie = `echo 'echo up; sleep 1000; :' >/hold; cd /; exec sh hold ${file}`
    await call('run', '-d', '--name', 'liar', '--network=none', 'alpine', 'sh', '-c', lie)
    await expect.poll(async () => (await call('logs', 'liar')).stdout).toBe('up\n')
    const liars = holders(runtime).filter((pid) => !held.includes(pid))
    expect(liars).toHaveLength(1)
    process.kill(Number(held[0]), 'SIGKILL')
    rmSync(file)
    expect(await call('ps', '-q')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(liars).not.toContain(readFileSync(file, 'utf8').split(' ')[0])
    // The networks that run are in a namespace that nobody can join any more.
    expect(await call('run', '--rm', '--network=net', 'alpine', 'true')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
    expect(await call('rm', '-f', '-t', '0', 'box', 'liar')).toMatchObject({ exitCode: 0 })
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
