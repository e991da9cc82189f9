import { expect, test } from '../support/fixtures.ts'
import type { Result } from '../support/tspod.ts'

test('errors that scripts look for are in the words of docker, as they come from the engine', async ({ tspod }) => {
  const docker = (...args: string[]): Promise<Result> => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
  await tspod('run', '-d', '-q', '--name', 'up', '-v', 'data:/d', '-p', '127.0.0.1::80', 'alpine', 'sleep', 'inf')
  await tspod('create', '-q', '--name', 'down', 'alpine')
  await tspod('network', 'create', 'lan')
  await tspod('create', '-q', '--name', 'wired', '--network', 'lan', 'alpine')
  await tspod('pause', 'up')
  const paused = await docker('rm', 'up')
  const twice = await docker('pause', 'up')
  await tspod('unpause', 'up')
  const port = (await tspod('port', 'up', '80')).stdout.trim()

  expect(paused.stderr).toMatch(/^Error: cannot remove container "\/up": container is paused: stop the container/)
  expect(twice.stderr).toMatch(/^Error: Container up is already paused /)
  // biome-ignore format: a table
  for (const [words, error] of [
    ['start nobody',                      'No such container: nobody'],
    ['logs nobody',                       'No such container: nobody'],
    ['inspect nobody',                    'No such object: nobody'],
    ['image inspect nothing',             'No such image: nothing'],
    ['rmi nothing',                       'No such image: nothing'],
    ['rmi alpine',                        'conflict: unable to remove repository reference "alpine" \\(must force\\) - container'],
    ['volume inspect nothing',            'get nothing: no such volume'],
    ['volume rm data',                    'remove data: volume is in use - \\['],
    ['network inspect nothing',           'network nothing not found'],
    ['network create lan',                'network with name lan already exists'],
    ['network rm lan',                    'error while removing network: network lan has active endpoints'],
    ['rm up',                             'cannot remove container "/up": container is running: stop the container'],
    ['exec down true',                    'Container down is not running'],
    ['unpause up',                        'Container up is not paused'],
    ['create --name up alpine',           'Conflict. The container name "/up" is already in use by container "'],
    [`run --rm -p ${port}:80 alpine true`, `Bind for .*${port.split(':')[1]} failed: port is already allocated`],
    ['run --rm --network=none alpine nosuch', 'exec: "nosuch": executable file not found in \\$PATH'],
    ['run --rm --network=none alpine /etc/passwd', 'exec: "/etc/passwd": permission denied'],
  ] as const) {
    const { stderr } = await docker(...words.split(' '))
    expect(stderr, words).toMatch(new RegExp(`^Error: ${error}`, 'm'))
  }
})
