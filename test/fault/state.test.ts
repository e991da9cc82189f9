import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import Database from 'better-sqlite3'
import { expect, test } from '../support/fixtures.ts'
import { isAlive, recordedProcesses } from '../support/processes.ts'
import { until } from '../support/until.ts'

test('twenty commands at once where nothing is yet: all run, and nothing is left', async ({ tspod, host }) => {
  const results = await Promise.all(
    Array.from({ length: 20 }, () => tspod('run', '--rm', '-q', '--network=none', 'hello')),
  )
  expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    results.map(() => ({ exitCode: 0, stderr: '' })),
  )
  expect(await tspod('ps', '-aq')).toMatchObject({ stdout: '' })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})

test('of twenty commands that want one name at once, one gets it', async ({ tspod, host }) => {
  await tspod('pull', '-q', 'alpine')
  const results = await Promise.all(
    Array.from({ length: 20 }, () => tspod('run', '-d', '--name', 'one', '--network=none', 'alpine', 'sleep', 'inf')),
  )
  const winners = results.filter(({ exitCode }) => exitCode === 0)
  expect(winners).toHaveLength(1)
  for (const { exitCode, stderr } of results.filter((result) => !winners.includes(result))) {
    expect(exitCode).toBe(125)
    expect(stderr).toMatch(
      /^error: the name one is in use by container [0-9a-f]{64} \[E_NAME_IN_USE\]\nhint: [^\n]+\n$/,
    )
  }
  expect((await tspod('ps', '-a', '--no-trunc', '-q')).stdout).toBe(winners[0]?.stdout)
  expect(host.traces().files).toHaveLength(2) // a directory and a runtime directory
  expect(await tspod('rm', '-f', '-t', '0', 'one')).toMatchObject({ exitCode: 0 })
  await until('nothing is left', () => isDeepStrictEqual(host.traces(), { mounts: [], processes: [], files: [] }))
})

test('twenty commands that stop and remove one container at once', async ({ tspod, host }) => {
  const { id } = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 ? tspod('stop', '-i', '-t', '0', id) : tspod('rm', '-f', '-t', '0', id),
    ),
  )
  expect(results.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    results.map(() => ({ exitCode: 0, stderr: '' })),
  )
  await until('nothing is left', () => isDeepStrictEqual(host.traces(), { mounts: [], processes: [], files: [] }))
})

test('a database of a later version is refused in one line, and left as it is', async ({ tspod }) => {
  await tspod('ps')
  const database = new Database(join(tspod.root, 'state.db'))
  database.pragma('user_version = 99999')
  database.close()
  for (const command of [['ps'], ['run', '--rm', 'hello'], ['images']]) {
    const { exitCode, stdout, stderr } = await tspod(...command)
    expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' })
    expect(stderr).toMatch(
      /^error: \S+state\.db was written by a later tspod [^\n]+ \[E_STATE_TOO_NEW\]\nhint: [^\n]+\n$/,
    )
  }
})

test.for([
  ['not a database at all', (file: string) => writeFileSync(file, 'x'.repeat(8192))],
  ['overwritten in its middle', (file: string) => writeFileSync(file, Buffer.alloc(16384, 0xff), { flag: 'r+' })],
] as const)('a damaged database, %s, is named in one line', async ([, damage], { tspod }) => {
  await tspod('ps')
  const file = join(tspod.root, 'state.db')
  const database = new Database(file)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  damage(file)
  const { exitCode, stdout, stderr } = await tspod('ps', '-a')
  expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' })
  expect(stderr).toMatch(/^error: \S+state\.db is damaged: [^\n]+ \[E_STATE_CORRUPT\]\n(hint: [^\n]+\n)?$/)
})

test('after a reboot containers have ended, and can be removed', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'hello')
  for (const options of [
    ['--name', 'kept'],
    ['--rm', '--name', 'passing'],
  ]) {
    const { id } = await tspod.start(...options, '--network=none', 'alpine', 'sleep', 'inf')
    const { first, monitor } = recordedProcesses(tspod, id) ?? { first: 0, monitor: 0 }
    process.kill(monitor, 'SIGKILL')
    await until('they are gone', () => !isAlive(first) && !isAlive(monitor))
  }
  rmSync(tspod.runroot, { recursive: true })

  expect((await tspod('ps', '-a', '--format', '{{.Names}} {{.Status}}')).stdout).toMatch(
    /^kept Exited \(137\) [^\n]+\npassing Exited \(137\) [^\n]+\n$/,
  )
  expect(await tspod('ps', '-q')).toMatchObject({ stdout: '' })
  expect(await tspod('stop', 'kept')).toMatchObject({ exitCode: 0 })
  expect(await tspod('logs', 'kept')).toMatchObject({ exitCode: 0 })
  expect(await tspod('exec', 'kept', 'true')).toMatchObject({ exitCode: 255 })
  expect(await tspod('rm', 'kept', 'passing')).toMatchObject({ exitCode: 0 })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  expect(existsSync(tspod.root)).toBe(true)
})
