import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '../support/fixtures.ts'
import { resultOf } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const PROCESSES = 20
const CONTAINERS = 200
const NOTHING = { mounts: [], processes: [], files: [] }

test(`${CONTAINERS} containers started and removed by ${PROCESSES} processes at once leave nothing`, {
  timeout: 180_000,
}, async ({ tspod, host }) => {
  await tspod('pull', '-q', 'alpine')
  const one = async (name: string, isLong: boolean): Promise<void> => {
    const argv = isLong ? ['sleep', 'inf'] : ['true']
    const started = await tspod('run', '-d', '--name', name, '--network=none', 'alpine', ...argv)
    expect(started).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await tspod('rm', '-f', '-t', '0', name)).toEqual({ exitCode: 0, stdout: `${name}\n`, stderr: '' })
  }
  const workers = Array.from({ length: PROCESSES }, async (_, worker) => {
    for (let index = 0; index < CONTAINERS / PROCESSES; index++) await one(`box-${worker}-${index}`, index % 2 === 0)
  })
  await Promise.all(workers)
  expect(await tspod('ps', '-aq')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  await until('nothing is left', () => isDeepStrictEqual(host.traces(), NOTHING))
})

// biome-ignore format: a table
test.for([
  // verb                         before it
  [['start'],                     []],
  [['stop', '-t', '0'],           ['start']],
  [['restart', '-t', '0'],        ['start']],
  [['kill'],                      ['start']],
  [['pause'],                     ['start']],
  [['unpause'],                   ['start', 'pause']],
  [['rm', '-f', '-t', '0'],       ['start', 'pause']],
  [['update', '--restart', 'no'], ['start']],
] as const)('%j killed at any moment leaves a container that every verb works on', async ([verb, before], { tspod, host }) => {
  await tspod('pull', '-q', 'alpine')
  for (const momentMs of [25, 40, 55, 70]) {
    await tspod('create', '--name', 'box', '--network=none', 'alpine', 'sleep', 'inf')
    for (const step of before) await tspod(step, 'box')
    const child = tspod.spawn([...verb, 'box'])
    const ended = resultOf(child)
    await sleep(momentMs) // any moment is a good one: what is checked holds for each
    child.kill('SIGKILL')
    await ended
    const listed = await tspod('ps', '-a', '--format', '{{.State}}')
    expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
    expect(listed.stdout).toMatch(verb[0] === 'rm' ? /^(\w+\n)?$/ : /^\w+\n$/)
    if (listed.stdout === 'paused\n') expect(await tspod('unpause', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    if (listed.stdout !== '') {
      const restarted = await tspod('restart', '-t', '0', 'box')
      const isGoing = verb[0] === 'rm' && restarted.stderr.includes('[E_CONTAINER_INCOMPLETE]')
      if (!isGoing) {
        expect(restarted).toMatchObject({ exitCode: 0, stderr: '' })
        expect(await tspod('exec', 'box', 'true')).toMatchObject({ exitCode: 0 })
      }
    }
    expect(await tspod('rm', '-f', '-t', '0', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    await until('nothing is left', () => isDeepStrictEqual(host.traces(), NOTHING))
  }
})

test('twenty commands that start, stop, pause and restart one container at once end in a state', async ({
  tspod,
  host,
}) => {
  await tspod('create', '-q', '--name', 'box', '--network=none', 'alpine', 'sleep', 'inf')
  const verbs = [['start'], ['stop', '-t', '0'], ['restart', '-t', '0'], ['pause'], ['unpause']]
  const results = await Promise.all(Array.from({ length: 20 }, (_, at) => tspod(...(verbs[at % 5] ?? []), 'box')))
  for (const { exitCode, stderr } of results) {
    // refused by the state it was in, or done; never anything else
    expect([0, 125]).toContain(exitCode)
    if (exitCode === 125) expect(stderr).toMatch(/\[E_CONTAINER_(STATE|NOT_RUNNING)\]/)
  }
  expect((await tspod('ps', '-a', '--format', '{{.State}}')).stdout).toMatch(/^(running|paused|exited)\n$/)
  expect(await tspod('rm', '-f', '-t', '0', 'box')).toMatchObject({ exitCode: 0 })
  await until('nothing is left', () => isDeepStrictEqual(host.traces(), NOTHING))
})
