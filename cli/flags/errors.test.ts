import { expect, test } from 'vitest'
import { unknownFlag } from './errors.ts'

// biome-ignore format: a table
test.for([
  ['--nmae',         'did you mean --name?'],
  ['-n in -name',    'did you mean --name?'],
  ['-n in -nmae=x',  'did you mean --name?'],
  ['-r in -rm',      'did you mean --rm?'],
  ['-x in -itx',     'see "tspod run --help"'],
  ['-x',             'see "tspod run --help"'],
] as const)('%s', ([flag, hint]) => {
  expect(unknownFlag(flag, ['name', 'rm', 'init', 'ip'], 'run')).toMatchObject({ code: 'E_UNKNOWN_FLAG', hint })
})
