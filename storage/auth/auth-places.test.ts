import { expect, test } from 'vitest'
import { placesToRead, placeToWrite } from './auth-places.ts'

const USER = { xdgRuntimeDirectory: '/run/user/1', xdgConfigHome: '/home/a/.config', home: '/home/a' }

// biome-ignore format: a table
test.for([
  [USER,                                            ['/run/user/1/containers/auth.json', '/home/a/.config/containers/auth.json', '/home/a/.docker/config.json', '/home/a/.dockercfg']],
  [{ ...USER, dockerConfig: '/d' },                 ['/run/user/1/containers/auth.json', '/home/a/.config/containers/auth.json', '/d/config.json', '/home/a/.dockercfg']],
  [{ ...USER, file: '/f' },                         ['/f']],
  [{ ...USER, file: '/f', compatFile: '/c' },       ['/c']],
] as const)('%j', ([places, paths]) => {
  expect(placesToRead(places).map(({ path }) => path)).toEqual(paths)
  expect(placeToWrite(places)).toBe(paths[0])
})

test('without a runtime directory logins outlive a reboot', () => {
  const { xdgRuntimeDirectory: _, ...rest } = USER
  expect(placeToWrite(rest)).toBe('/home/a/.config/containers/auth.json')
})
