import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'

const RUN = ['run', '-d', '-q', '--network=none', '--name', 'box'] as const

describe('a health check', () => {
  test('that never ends, and prints all the time, is ended and followed by others', async ({ tspod }) => {
    const check = ['--health-cmd', 'yes', '--health-interval=20ms', '--health-timeout=200ms', '--health-retries=2']
    await tspod(...RUN, ...check, 'alpine', 'sleep', '1000')
    const health = async () => (await tspod('inspect', '-f', '{{.State.Health.Status}}', 'box')).stdout.trim()
    await expect.poll(health).toBe('unhealthy')
  })

  test('that fails while its container is stopped does not start it again', async ({ tspod }) => {
    const check = ['--health-cmd', 'test ! -e /ill', '--health-interval=100ms', '--health-retries=1']
    const script = 'trap "touch /ill; sleep 2; exit 4" TERM; touch /ready; while :; do sleep 0.05; done'
    await tspod(...RUN, ...check, '--health-on-failure=restart', 'alpine', 'sh', '-c', script)
    await expect.poll(async () => (await tspod('exec', 'box', 'test', '-e', '/ready')).exitCode).toBe(0)
    const events = ['events', '--stream=false', '--format', '{{.Status}}'] as const
    expect((await tspod('stop', 'box')).exitCode).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 500)) // who would start it waits for the same lock
    expect((await tspod('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'box')).stdout).toBe('exited 4\n')
    expect((await tspod(...events)).stdout).not.toContain('restart')
  })
})
