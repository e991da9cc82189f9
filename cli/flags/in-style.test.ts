import { expect, test } from 'vitest'
import { defineStandaloneCommand } from '../command.ts'
import { parseCommand } from '../parse-command.ts'
import { inStyle } from './in-style.ts'

const command = defineStandaloneCommand({
  usage: 'show [options] NAME',
  positionals: { name: { required: true, describe: '' } },
  options: {
    names: { type: 'boolean', aliasAs: { podman: 'n' }, describe: '' },
    tail: { type: 'string', alias: 't', aliasAs: { docker: 'n' }, describe: '' },
  },
  runAlone: () => ({}),
})

test('a letter means what it means in docker, or in podman', () => {
  const parse = (style: 'docker' | 'podman', ...argv: string[]) => parseCommand(inStyle(command, style), argv, {}).args
  expect(parse('docker', '-n', '5', 'web')).toEqual({ name: 'web', names: false, tail: '5' })
  expect(parse('podman', '-n', 'web')).toEqual({ name: 'web', names: true, tail: undefined })
  expect(parse('podman', '-t', '5', 'web')).toEqual({ name: 'web', names: false, tail: '5' })
})
