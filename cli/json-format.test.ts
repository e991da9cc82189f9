import { expect, test } from 'vitest'
import { commands } from './commands/index.ts'
import { GLOBAL_OPTIONS } from './config.ts'
import { findCommand } from './find-command.ts'
import { withJsonFormat } from './json-format.ts'
import { parseCommand } from './parse-command.ts'

test.for([
  ['ps --json', 'json'],
  ['ps -a', undefined],
  ['ps --json=false', undefined],
  ['ps --json -q', undefined],
  ['ps --json --format {{.ID}}', '{{.ID}}'],
  ['images --json', 'json'],
  ['version --json', 'json'],
  ['version --json -f {{.Client}}', '{{.Client}}'],
  ['mount --json', 'json'],
  ['system boot status --json', 'json'],
  ['system boot status --json --format=text', 'text'],
  ['save --json alpine', 'docker-archive'],
  ['push --json alpine', undefined],
  ['inspect --json x', 'json'],
] as const)('%s has the format %s', async ([line, format]) => {
  const found = findCommand(commands, line.split(' '))
  if (!found) throw new Error(`no command in ${line}`)
  const command = (await found.entry.load()).default
  const parsed = parseCommand(command, found.argv, GLOBAL_OPTIONS)
  expect(withJsonFormat(command, parsed, found.argv)['format']).toBe(format)
})
