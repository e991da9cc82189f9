import { readlinkSync } from 'node:fs'
import { expect, test } from '../support/fixtures.ts'

test('hello comes with tspod and says what it is inside of', async ({ tspod, host }) => {
  const nowhere = { CONTAINERS_REGISTRIES_CONF: '/dev/null' }
  const { exitCode, stdout, stderr } = await tspod.with({ env: nowhere }, 'run', '--rm', 'hello')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const said = Object.fromEntries(stdout.split('\n').map((line) => [line.slice(0, 16).trim(), line.slice(17)]))
  expect(said).toMatchObject({
    process: 'pid 1, uid 0, gid 0',
    'user ids': expect.stringMatching(/^0-0 are /),
    'group ids': expect.stringMatching(/^0-0 are /),
    capabilities: '00000000800405fb',
    'seccomp mode': '2',
    'no new rights': '0',
    root: expect.stringMatching(/^\S+ \(writable\)$/),
    network: expect.stringContaining('lo'),
  })
  for (const kind of ['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup']) {
    expect(said['namespaces']).toContain(`${kind}:[`)
    expect(said['namespaces']).not.toContain(readlinkSync(`/proc/self/ns/${kind}`))
  }
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})
