import type { ErrorCode } from '../../base/error-codes.ts'
import type { TspodError } from '../../base/errors.ts'

/** What a message of ours is in docker's words; `$1` is as in `String.replace`. */
type Words = readonly [code: ErrorCode, ours: RegExp, docker: string]

/**
 * The sentences of docker that scripts look for, as in `docker inspect x 2>&1 | grep -q 'No such object'`. All others are ours.
 * Source: seen in docker 28.2 with its daemon 20.10; moby, daemon/errors.go; the daemon's `Error response from daemon:` is `Error:`.
 */
const WORDS: readonly Words[] = [
  ['E_CONTAINER_NOT_FOUND', /^no container (\S+)$/, 'No such container: $1'],
  [
    'E_CONTAINER_NOT_RUNNING',
    /^cannot run a command in container (\S+): \S+ is not running, it is paused$/,
    'Container $1 is paused, unpause the container before exec',
  ],
  ['E_CONTAINER_NOT_RUNNING', /^cannot .*: (\S+) is not running, it is \w+$/, 'Container $1 is not running'],
  [
    'E_CONTAINER_RUNNING',
    /^cannot remove container (\S+) as it is (running|paused)$/,
    'cannot remove container "/$1": container is $2: stop the container before removing or force remove',
  ],
  ['E_CONTAINER_STATE', /^cannot pause container (\S+) as it is paused$/, 'Container $1 is already paused'],
  ['E_CONTAINER_STATE', /^cannot unpause container (\S+) as it is \w+$/, 'Container $1 is not paused'],
  [
    'E_IMAGE_IN_USE',
    /^image (\S+) is in use by containers? ([0-9a-f]+).*$/,
    'conflict: unable to remove repository reference "$1" (must force) - container $2 is using its referenced image',
  ],
  ['E_IMAGE_NOT_FOUND', /^no image (\S+) in storage$/, 'No such image: $1'],
  [
    'E_IMAGE_NOT_FOUND',
    /^no image (\S+) on (\S+)$/,
    'manifest for $2/$1 not found: manifest unknown: manifest unknown',
  ],
  ['E_IMAGE_NOT_KNOWN', /^(\S+): image not known$/, 'No such image: $1'],
  [
    'E_NAME_IN_USE',
    /^the name (\S+) is in use by container (\S+)$/,
    'Conflict. The container name "/$1" is already in use by container "$2". You have to remove (or rename) that container to be able to reuse that name.',
  ],
  [
    'E_NETWORK_IN_USE',
    /^the network (\S+) is in use by container .*$/,
    'error while removing network: network $1 has active endpoints',
  ],
  ['E_NETWORK_EXISTS', /^there is a network (\S+) already$/, 'network with name $1 already exists'],
  ['E_NETWORK_NOT_FOUND', /^no network (\S+)$/, 'network $1 not found'],
  ['E_NOT_FOUND', /^no [a-z, ]+ (\S+)$/, 'No such object: $1'],
  [
    'E_PORT_IN_USE',
    /^port (\d+)\S* of the host is (?:in use|that of container .+)$/,
    'Bind for port $1 failed: port is already allocated',
  ],
  ['E_VOLUME_IN_USE', /^the volume (\S+) is in use by container (.+)$/, 'remove $1: volume is in use - [$2]'],
  ['E_VOLUME_NOT_FOUND', /^no volume (\S+)$/, 'get $1: no such volume'],
  [
    'E_LAUNCH_FAILED',
    /^could not run (.+): no such file, or not in PATH$/,
    'exec: "$1": executable file not found in $$PATH',
  ],
  ['E_LAUNCH_FAILED', /^could not run (.+): permission denied: .*$/, 'exec: "$1": permission denied'],
]

/** The same in docker's words; undefined where it has none that anybody waits for. Pure. */
export function dockerWords({ code, message }: Pick<TspodError, 'code' | 'message'>): string | undefined {
  const words = WORDS.find(([one, ours]) => one === code && ours.test(message))
  return words && message.replace(words[1], words[2])
}

/**
 * A text in which names of images stand as docker writes them: without docker.io, its `library`, and the localhost that
 * a name has here which is of no registry. Pure.
 */
export function withFamiliarNames(text: string): string {
  return text.replace(NAMES, '$1')
}

/** Behind what cannot be part of a longer name, or of a URL. */
const NAMES =
  /(^|[\s"'(])(?:docker\.io\/library\/(?=[^/\s]+(?:[\s"'),?]|$))|docker\.io\/(?=[^\s"']+)|localhost\/(?=[a-z0-9]))/g
