import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const QUIET = ['-q', '--network=none'] as const
/** A line for each start; ends as the file /host/end says, and until there is one goes on. */
const COUNT = 'echo start >> /host/starts; until [ -e /host/end ]; do sleep 0.02; done; exit $(cat /host/end)'

function starts(directory: string): number {
  try {
    return readFileSync(join(directory, 'starts'), 'utf8').split('\n').length - 1
  } catch {
    return 0
  }
}

async function inspect(tspod: Tspod, format: string, name = 'box'): Promise<string> {
  return (await tspod('inspect', '-f', format, name)).stdout.trim()
}

async function untilState(tspod: Tspod, state: string): Promise<void> {
  await expect.poll(() => inspect(tspod, '{{.State.Status}}')).toBe(state)
}

describe('a restart policy', () => {
  test('on-failure:n starts it n times more, then leaves it with its exit status', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'end'), '3')
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      '--restart=on-failure:2',
      '-v',
      `${directory}:/host`,
      'alpine',
      'sh',
      '-c',
      COUNT,
    )
    await until('it was started three times', () => starts(directory) === 3)
    await untilState(tspod, 'exited')
    expect(await inspect(tspod, '{{.State.ExitCode}} {{.RestartCount}}')).toBe('3 2')
    expect(starts(directory)).toBe(3)
    // Somebody starts it: it is counted anew.
    await tspod('start', 'box')
    await until('it was started six times', () => starts(directory) === 6)
  })

  test('on-failure leaves one that succeeds alone', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'end'), '0')
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      '--restart=on-failure',
      '-v',
      `${directory}:/host`,
      'alpine',
      'sh',
      '-c',
      COUNT,
    )
    expect((await tspod('wait', 'box')).stdout).toBe('0\n')
    await untilState(tspod, 'exited')
    expect(starts(directory)).toBe(1)
  })

  test('always starts it again until it is stopped, and after a kill from inside', async ({ tspod, directory }) => {
    const script = `${COUNT}; `
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      '--restart=always',
      '-v',
      `${directory}:/host`,
      'alpine',
      'sh',
      '-c',
      script,
    )
    await until('it was started', () => starts(directory) === 1)
    const [id, firstPid] = (await inspect(tspod, '{{.Id}} {{.State.Pid}}')).split(' ')
    process.kill(Number(firstPid), 'SIGKILL') // as the kernel does where memory is short
    await until('it was started again', () => starts(directory) === 2)
    await untilState(tspod, 'running')
    expect(await inspect(tspod, '{{.Id}} {{.RestartCount}}')).toBe(`${id} 1`)
    expect((await tspod('stop', '-t', '0', 'box')).exitCode).toBe(0)
    expect(await inspect(tspod, '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 137')
    expect(starts(directory)).toBe(2)
  })

  test('one that ends at once waits longer each time, as ps shows; rm -f ends that', async ({ tspod, host }) => {
    await tspod('run', '-d', ...QUIET, '--name', 'box', '--restart=always', 'alpine', 'sh', '-c', 'echo again; exit 4')
    await untilState(tspod, 'restarting')
    expect((await tspod('ps', '--format', '{{.Status}}', '--filter', 'status=restarting')).stdout).toMatch(
      /^Restarting \(4\)|^$/,
    )
    await until('it was started four times', () => logLines(tspod) >= 4)
    await tspod('rm', '-f', '-t', '0', 'box')
    await expect.poll(() => host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  })

  test('what wait waits for is the end that stays', async ({ tspod, directory }) => {
    const script = 'echo start >> /host/starts; [ $(wc -l < /host/starts) -ge 3 ] && exit 0; exit 9'
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      '--restart=on-failure',
      '-v',
      `${directory}:/host`,
      'alpine',
      'sh',
      '-c',
      script,
    )
    await until('it was started three times', () => starts(directory) === 3)
    await untilState(tspod, 'exited')
    expect((await tspod('wait', 'box')).stdout).toBe('0\n')
  })

  test('in the foreground the first end is ours, and the container is started again behind us', async ({
    tspod,
    directory,
  }) => {
    const script = 'echo start >> /host/starts; [ $(wc -l < /host/starts) -ge 2 ] && sleep 1000; exit 9'
    const run = await tspod(
      'run',
      ...QUIET,
      '--name',
      'box',
      '--restart=always',
      '-v',
      `${directory}:/host`,
      'alpine',
      'sh',
      '-c',
      script,
    )
    expect(run.exitCode).toBe(9)
    await until('it was started again', () => starts(directory) === 2)
    await untilState(tspod, 'running')
    await tspod('rm', '-f', '-t', '0', 'box')
  })

  test.for(['sometimes', 'always:3', 'on-failure:x', 'on-failure:-1'])('%s is none', async (policy, { tspod }) => {
    const run = await tspod('run', '-d', ...QUIET, `--restart=${policy}`, 'alpine', 'true')
    expect(run).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining('restart') })
    expect((await tspod('ps', '-aq')).stdout).toBe('')
  })
})

/** How often the one container of this root has written to its log. */
function logLines({ root }: Tspod): number {
  const [id = ''] = readdirSync(join(root, 'containers')).filter((name) => /^[0-9a-f]{64}$/.test(name))
  return readFileSync(join(root, 'containers', id, 'ctr.log'), 'utf8').split('\n').length - 1
}
