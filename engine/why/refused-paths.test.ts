import { expect, test } from 'vitest'
import { refusedPaths } from './refused-paths.ts'

// biome-ignore format: a table
test.for([
  ["sh: can't create /data/x: Permission denied",                          ['/data/x']],
  ["Error: EACCES: permission denied, open '/data/a b'",                   ['/data/a']],
  ['mkdir: cannot create directory ‘/data/x’: Permission denied',          ['/data/x']],
  ['/entry.sh: line 3: /data/x: Operation not permitted',                  ['/entry.sh', '/data/x']],
  ["PermissionError: [Errno 13] Permission denied: '/data/../data/f'",     ['/data/f']],
  ["rm: can't remove '/data/f': Permission denied",                        ['/data']],
  ['open(/data/f): permission denied (os error 13)',                       ['/data/f']],
  ["touch: x: Permission denied",                                          ['/src/x']],
  ["sh: can't create out/x: Permission denied",                            ['/src/out/x']],
  ['cat: secret.txt: Permission denied',                                   ['/src/secret.txt?']],
  ["PermissionError: [Errno 13] Permission denied: 'log.txt'",             ['/src/log.txt?']],
  ['touch: /ro/x: Read-only file system',                                  ['/ro/x ro']],
  ["Error: EROFS: read-only file system, open '/ro/x'",                    ['/ro/x ro']],
  ['ping: permission denied (are you root?)',                              []],
  ['dial unix: connect: permission denied',                                ['/src/connect?']],
  ['bind() to 0.0.0.0:80 failed (13: Permission denied)',                  []],
  ['GET http://host/data/x: access denied',                                []],
  ['/data/x: No such file or directory',                                   []],
  ['all is well',                                                          []],
] as const)('%s', ([line, paths]) => {
  const found = refusedPaths([line], '/src')
  expect(found.map(({ path, mustExist, isReadOnly }) => `${path}${mustExist ? '?' : ''}${isReadOnly ? ' ro' : ''}`)).toEqual(paths)
})

test('the last of many count', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `/d/${index}: Permission denied`)
  expect(refusedPaths(lines, '/').map(({ path }) => path)).toEqual(lines.slice(-10).map((line) => line.split(':')[0]))
})
