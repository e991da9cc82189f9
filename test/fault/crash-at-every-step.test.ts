import { isDeepStrictEqual } from 'node:util'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

/** More steps than any of these plans has; the engine says when there are no more. */
const MANY = 1000
const ONE_LINE = expect.stringMatching(/^error: [^\n]+ \[E_LAUNCH_FAILED\]\n$/)

/** Kills whoever carries out the plan before each of its steps in turn. Returns how many there are, and how many of them came too late. */
async function killAtEveryStep(tspod: Tspod, args: readonly string[], check: (step: number) => Promise<void>) {
  const [command = '', ...rest] = args
  let late = 0
  for (let step = 0; step < MANY; step++) {
    const { exitCode, stdout, stderr } = await tspod(command, '--debug-fault', `kill-before=${step}`, ...rest)
    if (stderr.includes(`the plan has ${step} steps`)) return { steps: step, late }
    // From its announcement on, the child's death is the program's; and once that runs, nobody comes to the step.
    if (stderr === '' && (exitCode === 137 || exitCode === 0)) late++
    else expect({ step, exitCode, stdout, stderr }).toEqual({ step, exitCode: 125, stdout: '', stderr: ONE_LINE })
    await check(step)
  }
  throw new Error(`a plan of ${MANY} steps`)
}

// biome-ignore format: a table
describe.concurrent('run', () => {
  test.for([
    ['--network=none'],
    ['--network=none', '-t'],
    ['--network=slirp4netns', '--init'],
  ])('%j killed before any one step leaves nothing behind', { timeout: 180_000 }, async (options, { tspod, host }) => {
    expect(await tspod('run', '--rm', ...options, 'hello')).toMatchObject({ exitCode: 0 })
    const before = host.traces()
    const { steps, late } = await killAtEveryStep(tspod, ['run', '--rm', ...options, 'hello'], async (step) => {
      await until(`step ${step} has left nothing`, () => isDeepStrictEqual(host.traces(), before))
    })
    expect(steps).toBeGreaterThan(50)
    expect(late).toBeLessThan(10) // one for each directory of PATH
    expect(await tspod('ps', '-aq')).toMatchObject({ exitCode: 0, stdout: '' })
    expect(await tspod('run', '--rm', ...options, 'hello')).toMatchObject({ exitCode: 0 })
    expect(host.traces()).toEqual(before)
  })
})

describe.concurrent('exec', () => {
  test.for([[[]], [['-t']]])(
    '%j killed before any one step leaves the container as it was',
    { timeout: 120_000 },
    async ([options = []], { tspod, host }) => {
      await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
      const before = host.traces()
      const { steps, late } = await killAtEveryStep(tspod, ['exec', ...options, box.id, 'true'], async (step) => {
        await until(`step ${step} has left nothing`, () => isDeepStrictEqual(host.traces(), before))
      })
      expect(steps).toBeGreaterThan(20)
      expect(late).toBeLessThan(10)
      expect(await box.exec('echo', 'fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' })
    },
  )
})
