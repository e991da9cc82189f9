import { isDeepStrictEqual } from 'node:util'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { Traces } from '../support/traces.ts'
import type { Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const ONE_LINE = expect.stringMatching(/^error: [^\n]+ \[E_LAUNCH_FAILED\]\n$/)

/** The program takes over at its first candidate in PATH, and the steps of the others are never carried out. */
const MAX_LATE = 10

interface Killing {
  readonly host: { traces(): Traces }
  readonly args: readonly string[]
  /** a step like the one before it is left out */
  readonly sparse?: boolean
}

/** Kills whoever carries out the plan before each of its steps in turn: nothing is left but what was there before. */
async function killAtEveryStep(tspod: Tspod, { host, args, sparse = false }: Killing): Promise<void> {
  const [command = '', ...rest] = args
  const kill = (before: number) => tspod(command, '--debug-fault', `kill-before=${before}`, ...rest)
  const { stderr: told } = await kill(999_999)
  const ops = /the plan has the steps (.*) \[E_NO_SUCH_STEP\]/.exec(told)?.[1]?.split(' ') ?? []
  expect(ops.some((op) => op === 'clone' || op === 'sibling')).toBe(true)
  const before = host.traces()
  let late = 0
  for (const [step, op] of ops.entries()) {
    if (sparse && op === ops[step - 1]) continue
    const { exitCode, stdout, stderr } = await kill(step)
    // From its announcement on, the child's death is the program's; and once that runs, nobody comes to the step.
    if (stderr === '' && (exitCode === 137 || exitCode === 0)) late++
    else
      expect({ step, op, exitCode, stdout, stderr }).toEqual({ step, op, exitCode: 125, stdout: '', stderr: ONE_LINE })
    await until(`step ${step} has left nothing`, () => isDeepStrictEqual(host.traces(), before))
  }
  expect(late).toBeLessThan(MAX_LATE)
}

describe('run', () => {
  test.for([
    { sparse: false, options: ['--network=none'] },
    { sparse: true, options: ['--network=none', '-t'] },
    { sparse: true, options: ['--network=slirp4netns', '--init'] },
  ])(
    '$options killed before any one step leaves nothing behind',
    { timeout: 180_000 },
    async ({ sparse, options }, { tspod, host }) => {
      const args = ['run', '--rm', ...options, 'hello']
      expect(await tspod(...args)).toMatchObject({ exitCode: 0 })
      await killAtEveryStep(tspod, { host, args, sparse })
      expect(await tspod('ps', '-aq')).toMatchObject({ exitCode: 0, stdout: '' })
      expect(await tspod(...args)).toMatchObject({ exitCode: 0 })
    },
  )
})

describe('run in namespaces of others', () => {
  test.for([
    { options: ['--network=container:a', '--ipc=container:b'] },
    { options: ['--network=none', '--pid=container:a', '--userns=keep-id'] },
  ])(
    '$options killed before any one step leaves nothing behind',
    { timeout: 180_000 },
    async ({ options }, { tspod, host }) => {
      await using _a = await tspod.start('--network=none', '--name=a', 'alpine', 'sleep', 'inf')
      await using _b = await tspod.start('--network=none', '--name=b', 'alpine', 'sleep', 'inf')
      const args = ['run', '-q', '--rm', ...options, 'alpine', 'true']
      expect(await tspod(...args)).toMatchObject({ exitCode: 0 })
      await killAtEveryStep(tspod, { host, args, sparse: true })
    },
  )
})

describe('exec', () => {
  test.for([{ options: [] }, { options: ['-t'] }])(
    '$options killed before any one step leaves the container as it was',
    { timeout: 120_000 },
    async ({ options }, { tspod, host }) => {
      await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
      await killAtEveryStep(tspod, { host, args: ['exec', ...options, box.id, 'true'], sparse: true })
      expect(await box.exec('echo', 'fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' })
    },
  )
})
