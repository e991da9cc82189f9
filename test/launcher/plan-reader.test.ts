import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChild, startChild } from '../../base/child.ts'
import { encodePlan } from '../../engine/plan/encode.ts'
import { OPS, type Op, type Step, step } from '../../engine/plan/step.ts'
import { CHECKOUT, PARTS } from '../support/tspod.ts'

/** The launcher with the address and undefined-behaviour sanitizers: what it reads wrongly ends it with a report. */
let directory: string
let launcher: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-asan-'))
  launcher = join(directory, 'launcher-asan')
  const made = runChild('sh', [join(CHECKOUT, 'engine/launcher/build.sh'), launcher, 'asan'], { timeoutMs: 120_000 })
  expect(made, made?.stderr).toMatchObject({ exitCode: 0 })
})
afterAll(() => {
  // Wild plans make directories that not even their owner may look into.
  expect(runChild('chmod', ['-R', 'u+rwX', directory])).toMatchObject({ exitCode: 0 })
  rmSync(directory, { recursive: true, force: true })
})

/** Gives the launcher these bytes on its control socket; resolves with what it says. */
async function give(bytes: Buffer): Promise<{ said: string; errors: string; exitCode: number | null }> {
  const child = startChild(launcher, ['run'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: directory,
  })
  const control = child.stdio[3] as Duplex
  let said = ''
  let errors = ''
  control.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  control.on('error', () => {})
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  control.end(bytes)
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { said, errors, exitCode }
}

test('the two tables of operations are the same', () => {
  const listed = runChild(join(PARTS, 'launcher'), ['ops'])?.stdout.trim().split('\n')
  expect(Object.fromEntries((listed ?? []).map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]))).toEqual(
    OPS,
  )
})

test.for([
  ['nothing', ''],
  ['no size', 'abc\0'],
  ['a size of nothing', '0\0'],
  ['a size that is too large', '99999999999\0'],
  ['a size with too many digits', '1'.repeat(40)],
  ['less than it says', '100\0io\0'],
  ['an unknown operation', '6\0hello\0'],
  ['an operation that lacks arguments', '3\0io\0'],
  ['no NUL at the end', '4\0io\x005'],
])('a plan with %s is refused', async ([, text]) => {
  const { said, errors, exitCode } = await give(Buffer.from(text ?? '', 'latin1'))
  expect(errors).toBe('')
  expect(said).toMatch(/^failed \d+ \d+\n$/)
  expect(exitCode).toBe(125)
})

test('a plan that ends without supervise or exec-failed is refused', async () => {
  expect(await give(encodePlan([step('x', 'umask', 0)]))).toMatchObject({
    said: expect.stringMatching(/^failed 1 /),
    errors: '',
  })
})

test('random bytes never make it misbehave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const body = Buffer.concat([Buffer.from(`${bytes.length}\0`), bytes])
      expect(await give(body)).toMatchObject({ errors: '', exitCode: 125 })
    }),
    { numRuns: 60 },
  )
})

/** Operations that do no harm to the machine or to the test whatever they are given. */
const HARMLESS: readonly Op[] = [
  'arg',
  'env',
  'umask',
  'groups',
  'attach',
  'tree',
  'tree-below',
  'file',
  'chdir',
  'read-filter',
  'capabilities',
  'rlimit',
  'exec',
  'exec-failed',
  'id-map',
  'cgroup',
  'join-pid',
  'filesystem',
  'link',
  'directory',
  'mask',
  'io',
]

test('harmless operations with wild arguments fail or pass, in good order', async () => {
  const wild = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom('', '0', 'ffffffffffffffff', '-1', '400', '/', `/${'x'.repeat(5000)}`, '1,2,3', '9'.repeat(30)),
  )
  const steps = fc.array(
    fc
      .constantFrom(...HARMLESS)
      .chain((op) =>
        fc.array(wild, { minLength: OPS[op], maxLength: OPS[op] }).map((args): Step => ({ op, args, why: 'test' })),
      ),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const safe = plan.map((one) => ({
        ...one,
        args: one.args.map((arg) =>
          arg
            .replaceAll('\0', '')
            .replace(/^[^/]/, (first) => first)
            .replace(/^\//, `${directory}/`),
        ),
      }))
      const { errors } = await give(encodePlan([...safe, step('end', 'exec-failed')]))
      expect(errors).not.toMatch(/Sanitizer|runtime error/)
    }),
    { numRuns: 60 },
  )
})
