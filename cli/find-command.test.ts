import { expect, test } from 'vitest'
import { commands } from './commands/index.ts'
import { findCommand, findNoun } from './find-command.ts'
import { renderCommandList } from './help/command-list.ts'
import { ABSENT, notYet } from './not-yet.ts'
import { unknownCommand } from './unknown-command.ts'

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
  [['container', 'show', 'x'], 'unknown command: container show', 'did you mean "tspod container inspect"?'],
  [['imgae', 'delete', 'x'], 'unknown command: imgae', 'did you mean "tspod image rm"?'],
  [['prune', '-a'], 'unknown command: prune', 'did you mean "tspod system prune"?'],
  [['ls'], 'unknown command: ls', 'did you mean "tspod ps"?'],
  [['system', 'why'], 'unknown command: system why', 'did you mean "tspod why"?'],
  [['pod', 'update'], 'unknown command: pod update', 'see "tspod pod --help"'],
  [['image', 'edit'], 'unknown command: image edit', 'see "tspod image --help"'],
  [['image', 'constructor'], 'unknown command: image constructor', 'see "tspod image --help"'],
  [['constructor'], 'unknown command: constructor', 'see "tspod --help"'],
  [
    ['compse', 'up'],
    'unknown command: compse',
    'did you mean compose? compose is not supported yet: start the containers one by one; "tspod pod create" has them share a network',
  ],
] as const)('%j is unknown', ([words, message, hint]) => {
  expect(findCommand(commands, words)).toBeUndefined()
  expect(unknownCommand(commands, words)).toMatchObject({ code: 'E_UNKNOWN_COMMAND', message, hint })
})

test.for([
  [['image', 'sign', 'x'], 'E_NOT_YET', 'signing an image that is not pushed is not supported yet'],
  [['container', 'checkpoint', 'x'], 'E_NOT_YET', 'a checkpoint is not supported yet'],
  [['play', 'kube', 'x.yaml'], 'E_NOT_YET', 'YAML of Kubernetes is not supported yet'],
  [['generate', 'systemd', 'x'], 'E_NOT_YET', 'making units of systemd is not supported yet'],
  [['builder', 'prune'], 'E_NOT_YET', 'a cache of builds is not supported yet'],
  [['machine', 'start'], 'E_UNSUPPORTED', 'tspod has no "machine": containers need no virtual machine on Linux'],
  [['swarm', 'init'], 'E_UNSUPPORTED', 'tspod has no "swarm": it works on one machine'],
  [
    ['context', 'create', 'x'],
    'E_UNSUPPORTED',
    'tspod has no "context create": it works on this machine, without a daemon',
  ],
] as const)('%j is of docker or podman, and says what to do instead', ([words, code, message]) => {
  expect(unknownCommand(commands, words)).toMatchObject({ code, message, hint: expect.stringContaining(' ') })
})

test('what tspod has is not said to be missing, and hints name commands that there are', () => {
  const spellings = Object.entries(commands).flatMap(([name, entry]) => [name, ...(entry.aliases ?? [])])
  expect(spellings.filter((name) => notYet(name.split(' ')))).toEqual([])
  for (const { hint } of Object.values(ABSENT)) {
    for (const [, typed = ''] of hint.matchAll(/"(?:ssh HOST )?tspod ([^"]*)"/g))
      expect(
        typed === '--help' || findCommand(commands, typed.split(' ')) !== undefined || findNoun(typed.split(' ')),
      ).toBeTruthy()
  }
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
