import { expect, test } from 'vitest'
import { parseEntrypoint } from './parse-entrypoint.ts'
import { processArgs } from './process-args.ts'

const IMAGE = { entrypoint: ['/entry', '-x'], cmd: ['serve'] }

test.for([
  // what                              request                                     args
  ['the image’s own', { command: [] }, ['/entry', '-x', 'serve']],
  ['a command in place of Cmd', { command: ['sh'] }, ['/entry', '-x', 'sh']],
  ['an entry point, without Cmd', { command: [], entrypoint: '/bin/ls' }, ['/bin/ls']],
  ['an entry point and a command', { command: ['/tmp'], entrypoint: '/bin/ls' }, ['/bin/ls', '/tmp']],
  ['an entry point of several words', { command: [], entrypoint: '["ls","-l"]' }, ['ls', '-l']],
  ['a cleared entry point', { command: [], entrypoint: '' }, ['serve']],
] as const)('%s', ([, request, args]) => {
  expect(processArgs({ image: 'x', ...request }, IMAGE)).toEqual(args)
})

test('nothing to run is an error', () => {
  expect(() => processArgs({ image: 'x', command: [] }, { entrypoint: [], cmd: [] })).toThrow(
    expect.objectContaining({ code: 'E_NO_COMMAND' }),
  )
})

test.for(['[', '["a"', '[1]', '["a", {}]'])('what is no JSON array of strings is a program: %s', (text) => {
  expect(parseEntrypoint(text)).toEqual([text])
})
