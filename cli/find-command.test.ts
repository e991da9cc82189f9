import { expect, test } from 'vitest'
import { commands } from './commands/index.ts'
import { findCommand } from './find-command.ts'
import { renderCommandList } from './help/command-list.ts'

test.for([
  [['ps', '-a'], 'ps', ['-a']],
  [['list'], 'ps', []],
  [['container', 'ls', '-q'], 'ps', ['-q']],
  [['container', 'rm', 'x'], 'rm', ['x']],
  [['image', 'ls'], 'images', []],
  [['image', 'pull', 'x'], 'pull', ['x']],
  [['image', 'rm', 'x'], 'rmi', ['x']],
  [['image', 'inspect', 'x'], 'image inspect', ['x']],
  [['image', 'trust', 'set', 'x'], 'image trust set', ['x']],
  [['container', 'cleanup', 'x'], 'container cleanup', ['x']],
  [['system', 'info'], 'info', []],
  [['system', 'boot', 'run'], 'system boot run', []],
  [['container', 'unpause', 'x'], 'unpause', ['x']],
  [['run', 'ps'], 'run', ['ps']],
] as const)('%j is %s with %j', ([words, name, argv]) => {
  expect(findCommand(commands, words)).toMatchObject({ name, argv })
})

test('nothing and a bare noun are no command', () => {
  expect(findCommand(commands, [])).toBeUndefined()
  expect(findCommand(commands, ['container'])).toBeUndefined()
  expect(findCommand(commands, ['image', 'trust'])).toBeUndefined()
})

test.for([
  [['imagse'], 'unknown command: imagse', 'did you mean "tspod images"?'],
  [['container', 'lss'], 'unknown command: container lss', 'did you mean "tspod container ls"?'],
  [['imagee', 'ls'], 'unknown command: imagee', 'did you mean "tspod image ls"?'],
  [['contianer', 'lss'], 'unknown command: contianer', 'did you mean "tspod container ls"?'],
  [['constructor'], 'unknown command: constructor', 'see "tspod --help"'],
] as const)('%j is unknown', ([words, message, hint]) => {
  expect(() => findCommand(commands, words)).toThrow(message)
  expect(() => findCommand(commands, words)).toThrow(expect.objectContaining({ hint }))
})

test('no spelling means two commands', () => {
  const spellings = Object.entries(commands).flatMap(([name, entry]) => [name, ...(entry.aliases ?? [])])
  expect(spellings).toEqual([...new Set(spellings)])
})

test('the list of commands has every group, and nothing that is hidden', () => {
  const help = renderCommandList(commands, { globals: {}, width: 120, name: 'tspod' })
  for (const [name, entry] of Object.entries(commands)) {
    if (!entry.hidden) expect(help).toMatch(new RegExp(`^  ${name} +${entry.summary}$`, 'm'))
  }
  expect(help).not.toContain('hold')
})
