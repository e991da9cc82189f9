import { expect, test } from 'vitest'
import type { RemovedImages } from '../../engine/image/remove.ts'
import { makeConfig } from '../config.ts'
import { type Style, styleOf } from './style.ts'

const ID = 'ab'.repeat(32)
const removed: RemovedImages = {
  untagged: ['docker.io/library/alpine:3', 'localhost/mine:latest'],
  undigested: [`docker.io/library/alpine@sha256:${ID}`],
  deleted: [ID],
}
const images = { kind: 'Images', ids: [ID], images: [removed], reclaimedBytes: 1_500_000 } as const
const volumes = { kind: 'Volumes', ids: ['data'], reclaimedBytes: 500_000 } as const
const none = { kind: 'Containers', ids: [], reclaimedBytes: 0 } as const

// biome-ignore format: a table
const CASES: readonly [what: string, say: (style: Style) => unknown, podman: unknown, docker: unknown][] = [
  ['a name from Docker Hub', (s) => s.imageName('docker.io/library/alpine:3'), 'docker.io/library/alpine:3', 'alpine:3'],
  ['a name of a user', (s) => s.imageName('docker.io/team/tool:1'), 'docker.io/team/tool:1', 'team/tool:1'],
  ['a name on localhost', (s) => s.imageName('localhost/mine:1'), 'localhost/mine:1', 'mine:1'],
  ['a name on a port of localhost', (s) => s.imageName('localhost:5000/x:1'), 'localhost:5000/x:1', 'localhost:5000/x:1'],
  ['another registry', (s) => s.imageName('quay.io/library/x:1'), 'quay.io/library/x:1', 'quay.io/library/x:1'],
  ['a path in library', (s) => s.imageName('docker.io/library/a/b:1'), 'docker.io/library/a/b:1', 'library/a/b:1'],
  ['an id', (s) => s.imageId(ID), ID, `sha256:${ID}`],
  ['a size', (s) => s.imageSize(8_090_000), '8.09 MB', '8.09MB'],
  ['a long text', (s) => s.ellipsis('abcdefghij', 6), 'abc...', 'abcde…'],
  ['a short text', (s) => s.ellipsis('abcdef', 6), 'abcdef', 'abcdef'],
  ['a table', (s) => s.table([['A', 'B'], ['a', 'b']]), ['A           B', 'a           b'], ['A         B', 'a         b']],
  ['json', (s) => s.json([{ a: 1 }, {}]), ['[\n    {\n        "a": 1\n    },\n    {}\n]'], ['{"a":1}', '{}']],
  ['pull', (s) => s.pullStatus({ image: { manifestDigest: 'sha256:f' }, name: 'docker.io/library/alpine:3' }).join('\n'), '', 'Digest: sha256:f\nStatus: Downloaded newer image for alpine:3'],
  ['pull -q', (s) => s.pulled({ id: ID }, 'docker.io/library/alpine:3'), ID, 'docker.io/library/alpine:3'],
  ['load', (s) => s.loaded('docker.io/library/alpine:3'), 'Loaded image: docker.io/library/alpine:3', 'Loaded image: alpine:3'],
  ['rmi', (s) => s.removed([removed]),
    ['Untagged: docker.io/library/alpine:3', 'Untagged: localhost/mine:latest', `Deleted: ${ID}`],
    ['Untagged: alpine:3', 'Untagged: mine:latest', `Untagged: alpine@sha256:${ID}`, `Deleted: sha256:${ID}`]],
  ['image prune', (s) => s.pruned(images), [ID],
    ['Deleted Images:', 'untagged: alpine:3', 'untagged: mine:latest', `untagged: alpine@sha256:${ID}`, `deleted: sha256:${ID}`, '', 'Total reclaimed space: 1.5MB']],
  ['volume prune', (s) => s.pruned(volumes), ['data'], ['Deleted Volumes:', 'data', '', 'Total reclaimed space: 500kB']],
  ['a prune of nothing', (s) => s.pruned(none), [], ['Total reclaimed space: 0B']],
  ['system prune', (s) => s.prunedAll([none, volumes]),
    ['Deleted Volumes', 'data', 'Total reclaimed space: 500kB'],
    ['Deleted Volumes:', 'data', '', 'Total reclaimed space: 500kB']],
]

test.for(CASES)('%s', ([, say, podman, docker]) => {
  expect({ podman: say(styleOf({ compat: 'podman' })), docker: say(styleOf({ compat: 'docker' })) }).toEqual({
    podman,
    docker,
  })
})

test.for([
  [{}, 'podman'],
  [{ _TSPOD_NAME: 'tspod' }, 'podman'],
  [{ _TSPOD_NAME: 'podman' }, 'podman'],
  [{ _TSPOD_NAME: 'docker' }, 'docker'],
  [{ TSPOD_COMPAT: 'docker' }, 'docker'],
  [{ _TSPOD_NAME: 'docker', TSPOD_COMPAT: 'podman' }, 'podman'],
] as const)('called with %j the style is that of %s', ([env, engine]) => {
  const config = makeConfig({ uid: 1000, gid: 1000, node: '/n/node', program: '/p/tspod.cjs', env }, {})
  expect(styleOf(config).engine).toBe(engine)
})

test('no other engine is imitated', () => {
  const facts = { uid: 1000, gid: 1000, node: '/n/node', program: '/p/tspod.cjs', env: { TSPOD_COMPAT: 'rkt' } }
  expect(() => makeConfig(facts, {})).toThrow(expect.objectContaining({ code: 'E_BAD_FLAG' }))
})
