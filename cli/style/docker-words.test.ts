import { expect, test } from 'vitest'
import { dockerWords, withFamiliarNames } from './docker-words.ts'

// biome-ignore format: a table
test.each([
  ['E_CONTAINER_NOT_RUNNING', 'cannot run a command in container web: web is not running, it is exited', 'Container web is not running'],
  ['E_CONTAINER_NOT_RUNNING', 'cannot run a command in container web: web is not running, it is paused', 'Container web is paused, unpause the container before exec'],
  ['E_CONTAINER_STATE',       'cannot pause container web as it is paused',                     'Container web is already paused'],
  ['E_CONTAINER_STATE',       'cannot unpause container web as it is running',                  'Container web is not paused'],
  ['E_CONTAINER_STATE',       'cannot start container web as it is paused',                     undefined],
  ['E_IMAGE_IN_USE',          'image x is in use by containers 0f0f, 1f1f',
    'conflict: unable to remove repository reference "x" (must force) - container 0f0f is using its referenced image'],
  ['E_IMAGE_NOT_KNOWN',       'x: image not known',                                             'No such image: x'],
  ['E_IMAGE_NOT_FOUND',       'no image a/x:1 on host:5000', 'manifest for host:5000/a/x:1 not found: manifest unknown: manifest unknown'],
  ['E_LAUNCH_FAILED',         'could not run a b: no such file, or not in PATH',                'exec: "a b": executable file not found in $PATH'],
  ['E_LAUNCH_FAILED',         'could not run /etc: permission denied: a directory, or not executable', 'exec: "/etc": permission denied'],
  ['E_NOT_FOUND',             'no container, image, volume, network or pod x',                  'No such object: x'],
  ['E_PORT_IN_USE',           'port 80/tcp of the host is that of container box',               'Bind for port 80 failed: port is already allocated'],
  ['E_PORT_IN_USE',           'port 8080 of the host is in use',                                'Bind for port 8080 failed: port is already allocated'],
] as const)('%s: %s', (code, message, words) => {
  expect(dockerWords({ code, message })).toBe(words)
})

test("what a name has in it is no part of docker's sentence", () => {
  const message = "no container a$1$'b"
  expect(dockerWords({ code: 'E_CONTAINER_NOT_FOUND', message })).toBe("No such container: a$1$'b")
})

test.for([
  ['did you mean localhost/bb?', 'did you mean bb?'],
  ['docker.io/library/alpine:3 and docker.io/grafana/loki', 'alpine:3 and grafana/loki'],
  ['get it with "tspod pull docker.io/library/alpine"', 'get it with "tspod pull alpine"'],
  ['localhost:5000/x, http://localhost/x, quay.io/docker.io/x, docker.io', undefined],
] as const)('names of images in %s', ([text, familiar]) => {
  expect(withFamiliarNames(text)).toBe(familiar ?? text)
})
