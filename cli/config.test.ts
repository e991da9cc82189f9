import { expect, test } from 'vitest'
import { makeConfig } from './config.ts'

const facts = { uid: 1000, gid: 1000, node: '/n/node', program: '/p/dist/tspod.js', env: { HOME: '/home/u' } }

test('directories by the XDG specification', () => {
  expect(makeConfig(facts, {})).toMatchObject({
    root: '/home/u/.local/share/tspod',
    runroot: '/tmp/tspod-run-1000/tspod',
    xdgConfigHome: '/home/u/.config',
    program: '/p/bin/tspod',
    launcher: `/p/dist/${process.arch}/launcher`,
  })
  const env = { HOME: '/home/u', XDG_DATA_HOME: '/d', XDG_RUNTIME_DIR: '/r', XDG_CONFIG_HOME: 'relative' }
  expect(makeConfig({ ...facts, env }, {})).toMatchObject({
    root: '/d/tspod',
    runroot: '/r/tspod',
    xdgConfigHome: '/home/u/.config',
  })
})

test('flags win, and are handed on to what is started', () => {
  const config = makeConfig(facts, { root: '/a', runroot: '/b', storageDriver: 'vfs', logLevel: 'debug' })
  expect(config).toMatchObject({ root: '/a', runroot: '/b', storageDriver: 'vfs', debug: true })
  expect(config.selfArgv).toEqual([
    ...['/n/node', '/p/dist/tspod.js'],
    ...['--root', '/a', '--runroot', '/b', '--storage-driver', 'vfs'],
  ])
})

test("the caller's real ids come through the launcher", () => {
  const inside = { ...facts, uid: 0, gid: 0, env: { HOME: '/home/u', _TSPOD_UID: '1000', _TSPOD_GID: '100' } }
  expect(makeConfig(inside, {})).toMatchObject({ uid: 1000, gid: 100, root: '/home/u/.local/share/tspod' })
  expect(() => makeConfig({ ...inside, env: { _TSPOD_UID: '-1' } }, {})).toThrow('_TSPOD_UID')
})

test('root without XDG variables', () => {
  expect(makeConfig({ ...facts, uid: 0, env: {} }, {})).toMatchObject({ root: '/var/lib/tspod', runroot: '/run/tspod' })
})

test('a variable that is set but empty is as if it were not', () => {
  const env = { HOME: '/home/u', XDG_DATA_HOME: '', NO_COLOR: '', STORAGE_DRIVER: '' }
  expect(makeConfig({ ...facts, env }, {})).toMatchObject({
    root: '/home/u/.local/share/tspod',
    color: undefined,
    storageDriver: undefined,
  })
})

test.for([
  [{}, undefined],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, true],
  [{ FORCE_COLOR: '0' }, false],
  [{ FORCE_COLOR: '' }, undefined],
] as const)('colours with %j: %s', ([env, color]) => {
  expect(makeConfig({ ...facts, env }, {}).color).toBe(color)
})

test.for([
  [true, { GITHUB_ACTIONS: 'true' }, 'github'],
  [true, { GITLAB_CI: 'true' }, 'gitlab'],
  [true, {}, 'plain'],
  [false, { GITHUB_ACTIONS: 'true' }, undefined],
] as const)('--ci %s with %j: %s', ([ci, env, expected]) => {
  expect(makeConfig({ ...facts, env }, { ci }).ci).toBe(expected)
})
