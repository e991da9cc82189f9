import { expect, test } from 'vitest'
import { checkDockerPlace } from './docker-place.ts'

const XDG_RUNTIME_DIR = '/run/user/1000'

test.for([
  ['nothing said', {}, undefined],
  ['our own socket', { env: { DOCKER_HOST: 'unix:///run/user/1000/tspod/tspod.sock' } }, undefined],
  ['the only context', { env: { DOCKER_CONTEXT: 'default' } }, undefined],
  ["docker's own socket", { env: { DOCKER_HOST: 'unix:///var/run/docker.sock' } }, 'DOCKER_HOST'],
  ["docker's own socket of a user", { env: { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' } }, 'DOCKER_HOST'],
  ['the flag, which wins', { host: ['unix:///run/docker.sock'], env: { DOCKER_HOST: 'tcp://h' } }, '--host'],
  ['an address, which wins over a context', { host: ['unix:///run/docker.sock'], context: 'x' }, '--host'],
  ['a flag that was not given', { host: [] }, undefined],
] as const)('%s is met', ([, asked, who]) => {
  const env = { XDG_RUNTIME_DIR, ...('env' in asked ? asked.env : {}) }
  const warning = checkDockerPlace('ps', { ...asked, env })
  if (who === undefined) expect(warning).toBeUndefined()
  else expect(warning?.startsWith(`${who} is unix:///`)).toBe(true)
})

test.for([
  { env: { DOCKER_HOST: 'tcp://127.0.0.1:2375' } },
  { env: { DOCKER_HOST: 'unix:///run/podman/podman.sock' } },
  { host: ['ssh://build'] },
  { context: 'remote' },
  { env: { DOCKER_CONTEXT: 'remote' } },
])('another place is refused: %j', (asked) => {
  const call = (command: string) => () => checkDockerPlace(command, { env: {}, ...asked })
  expect(call('ps')).toThrow(expect.objectContaining({ code: 'E_OTHER_DOCKER' }))
  expect(call('context ls')).not.toThrow()
})
