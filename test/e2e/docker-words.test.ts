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
  const exec = await docker('exec', 'up', 'true')
  await tspod('unpause', 'up')
  const port = (await tspod('port', 'up', '80')).stdout.trim()

  expect(paused.stderr).toMatch(/^Error: cannot remove container "\/up": container is paused: stop the container/)
  expect(twice.stderr).toMatch(/^Error: Container up is already paused /)
  expect(exec.stderr).toMatch(/^Error: Container up is paused, unpause the container before exec /)
  expect(exec.exitCode).toBe(1)
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
  // Its --force takes no container with it, so there is no word of it.
  expect((await docker('network', 'rm', '-f', 'lan')).stderr).toMatch(
    /\nhint: remove them first with "tspod rm wired"\n$/,
  )
  expect((await docker('rmi', '-f', 'alpine')).stderr).toMatch(/\nhint: stop them first: .*\n$/)
})

test('as docker: what was not there is said by rm -f, names are without their registry, and statuses are its own', async ({
  tspod,
}) => {
  const docker = (...args: string[]): Promise<Result> => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
  await tspod('create', '-q', '--name', 'box', '--network=none', 'alpine')
  expect(await docker('rm', '-f', 'nosuch', 'box')).toEqual({
    exitCode: 0,
    stdout: 'box\n',
    stderr: 'Error: No such container: nosuch [E_CONTAINER_NOT_FOUND]\n',
  })
  expect(await docker('rm', '-f', '--ignore', 'nosuch')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await docker('rmi', '-f', 'nosuch')).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringMatching(/^Error: No such image: nosuch /),
  })
  expect(await docker('network', 'rm', '-f', 'nosuch')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await tspod('rm', '-f', 'nosuch')).toEqual({ exitCode: 0, stdout: '', stderr: '' })

  await docker('tag', 'alpine', 'bb')
  const pushed = await docker('push', 'bb')
  expect(pushed.stderr).toMatch(/^Pushing bb:latest\n/)
  expect((await docker('run', '--link=a:b', 'bb')).stderr).toMatch(/^hint: .*"tspod network create NAME"/m)
  expect(await docker('volume', 'create', '--name', 'v7')).toEqual({ exitCode: 0, stdout: 'v7\n', stderr: '' })
  expect(await docker('volume', 'create', '--name', 'v7', 'v8')).toMatchObject({ exitCode: 1, stdout: '' })

  // biome-ignore format: a table
  for (const [words, status] of [
    ['run', 1], ['run --rm', 1], ['create', 1], ['exec box', 1], ['inspect', 1], ['nosuch', 1], ['volume nosuch', 1],
    ['ps box', 1], ['compose up', 1], ['build .', 1], ['ps --nosuch', 125], ['run --nosuch bb', 125], ['-x ps', 125],
  ] as const) {
    const wrong = await docker(...words.split(' '))
    expect(wrong, words).toEqual({ exitCode: status, stdout: '', stderr: expect.stringMatching(/^[eE]rror: /) })
  }
  expect([(await tspod('compose', 'up')).exitCode, (await tspod('build', '.')).exitCode]).toEqual([125, 125])
})

test('/.dockerenv and /run/.containerenv are in a container of docker, the second alone in one of podman', async ({
  tspod,
}) => {
  const look = ['--name', 'box', '--network=none', 'alpine', 'ls', '/.dockerenv', '/run/.containerenv']
  const docker = { env: { TSPOD_COMPAT: 'docker' } }
  expect(await tspod.with(docker, 'run', '-q', '--read-only', ...look)).toEqual({
    exitCode: 0,
    stdout: '/.dockerenv\n/run/.containerenv\n',
    stderr: '',
  })
  expect((await tspod('diff', 'box')).stdout).not.toContain('dockerenv')
  expect((await tspod('run', '-q', '--replace', ...look)).stdout).toBe('/run/.containerenv\n')
})
