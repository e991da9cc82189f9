import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startChild } from '../../base/child.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { type Result, resultOf, TSPOD } from '../support/tspod.ts'

/** The command through a link of another name. It has no terminal. */
const test = base.extend<{ as: (name: string, ...args: string[]) => Promise<Result> }>({
  as: async ({ tspod, directory }, use) => {
    for (const name of ['docker', 'podman', 'tspod']) symlinkSync(TSPOD, join(directory, name))
    const env = { ...process.env, CONTAINERS_REGISTRIES_CONF: inject('registriesConf') }
    const roots = ['--root', tspod.root, '--runroot', tspod.runroot]
    await use((name, ...args) =>
      resultOf(startChild(join(directory, name), [...roots, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })),
    )
  },
})

const RUN = ['run', '--rm', '-q', '--network=none'] as const

test.for([
  ['docker', /^Docker version \d+\.\d+\.\d+, build \w+\n$/],
  ['podman', /^tspod version \d+\.\d+\.\d+\n$/],
  ['tspod', /^tspod version \d+\.\d+\.\d+\n$/],
] as const)('%s says its version, and hints are to be typed with that name', async ([name, version], { as }) => {
  for (const flag of ['--version', '-v']) {
    expect(await as(name, flag)).toEqual({ exitCode: 0, stdout: expect.stringMatching(version), stderr: '' })
  }
  expect((await as(name, 'stop', 'nobody')).stderr).toMatch(
    new RegExp(`^[eE]rror: [^\n]+\nhint: [^\n]*"${name} ps -a"\n$`),
  )
})

const WARNING = 'warning: The input device is not a TTY. The --tty and --interactive flags might not work properly\n'

test('podman warns where -it has no terminal, and goes on', async ({ as, tspod }) => {
  await using box = await tspod.start('-q', '--network=none', 'alpine', 'sleep', 'inf')
  for (const name of ['podman', 'tspod']) {
    const done = { exitCode: 0, stdout: 'on\r\n' }
    expect(await as(name, ...RUN, '-it', 'alpine', 'echo', 'on')).toEqual({ ...done, stderr: WARNING })
    expect(await as(name, 'exec', '-it', box.id, 'echo', 'on')).toEqual({ ...done, stderr: WARNING })
    expect(await as(name, ...RUN, '-t', 'alpine', 'echo', 'on')).toEqual({ ...done, stderr: '' })
  }
})

test('docker refuses a terminal where the stdin that is attached is none', async ({ as, tspod, host }) => {
  const refused = { exitCode: 1, stdout: '', stderr: expect.stringMatching(/^error: the input device is not a TTY /) }
  expect(await as('docker', ...RUN, '-it', 'alpine', 'true')).toEqual(refused)
  expect(await as('docker', ...RUN, '-t', '-a', 'stdin', 'alpine', 'true')).toEqual(refused)
  expect(host.traces().files).toEqual([])
  expect(await as('docker', ...RUN, '-t', 'alpine', 'echo', 'on')).toMatchObject({ exitCode: 0, stdout: 'on\r\n' })
  expect(await as('docker', ...RUN, '-it', '-a', 'stdout', 'alpine', 'true')).toMatchObject({ exitCode: 0 })
  expect(await as('docker', ...RUN, '-dit', 'alpine', 'true')).toMatchObject({ exitCode: 0, stderr: '' })
  await using box = await tspod.start('-q', '--network=none', 'alpine', 'sleep', 'inf')
  expect(await as('docker', 'exec', '-it', box.id, 'true')).toEqual(refused)
  expect(await as('docker', 'exec', '-t', box.id, 'echo', 'on')).toMatchObject({ exitCode: 0, stdout: 'on\r\n' })
})
