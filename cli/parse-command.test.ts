import { describe, expect, test } from 'vitest'
import { defineStandaloneCommand } from './command.ts'
import { GLOBAL_OPTIONS, leadingOptions } from './config.ts'
import { commandName, parseCommand, parseGlobals } from './parse-command.ts'

const command = defineStandaloneCommand({
  usage: 'network frob [options] NAME [WORD...]',
  description: 'Frob a network.',
  positionals: {
    name: { required: true, describe: 'the network' },
    word: { array: true, describe: 'more words' },
  },
  options: {
    host: { type: 'string', alias: 'h', describe: 'takes the letter of help', placeholder: 'NAME' },
    'no-trunc': { type: 'boolean', describe: 'in full' },
    mode: { type: 'string', default: 'fast', choices: ['fast', 'slow'], describe: 'how' },
    secret: { type: 'boolean', hidden: true, describe: 'not for people' },
    label: { type: 'string', array: true, describe: 'several' },
  },
  examples: [['tspod network frob -h a b', 'an example']],
  runAlone: () => ({}),
})
const parse = (...argv: string[]) => parseCommand(command, argv, GLOBAL_OPTIONS)

describe('a command', () => {
  test('its arguments are in camel case, with defaults', () => {
    expect(parse('a', '--no-trunc', 'b', '-h', 'c').args).toEqual({
      name: 'a',
      word: ['b'],
      host: 'c',
      noTrunc: true,
      mode: 'fast',
      secret: false,
      label: [],
    })
  })

  test('flags of all commands are told apart from its own', () => {
    const { args, globals } = parse('--root', '/r', 'a')
    expect(globals).toMatchObject({ root: '/r', runroot: undefined })
    expect(args).not.toHaveProperty('root')
  })

  test('help is asked for without its arguments', () => {
    expect(parse('--help').wantsHelp).toBe(true)
    expect(parse('a').wantsHelp).toBe(false)
  })

  test('its own letter wins over one of the global flags', () => {
    expect(parse('-h', 'x', 'a')).toMatchObject({ wantsHelp: false, args: { host: 'x' } })
  })

  test('a required word is missed', () => {
    expect(() => parse()).toThrow('network frob needs a name')
  })

  test('its name is in its usage', () => {
    expect(commandName(command)).toBe('network frob')
    expect(commandName({ ...command, usage: 'ps [options]' })).toBe('ps')
    expect(commandName({ ...command, usage: 'hold FILE' })).toBe('hold')
  })
})

test('a word too many is an error', () => {
  const none = defineStandaloneCommand({ usage: 'ps', positionals: {}, options: {}, runAlone: () => ({}) })
  expect(() => parseCommand(none, ['x'], GLOBAL_OPTIONS)).toThrow('ps takes no argument "x"')
})

test('what podman has before the command is passed over, but for what would be done elsewhere', () => {
  const podman = (...argv: string[]) => parseGlobals(argv, leadingOptions('podman'))
  const argv =
    '--cgroup-manager=cgroupfs --runtime crun --storage-opt a=b --storage-opt c=d --events-backend file --syslog'
  const { globals, rest } = podman(...argv.split(' '), '--registries-conf', '/r', 'ps', '--runtime')
  expect(globals).toMatchObject({ registriesConf: '/r' })
  expect(rest).toEqual(['ps', '--runtime'])
  expect(() => podman('--cgroup-manager=none', 'ps')).toThrow('--cgroup-manager')
  for (const flag of ['--url=unix:///x', '--remote', '--volumepath=/x', '--hooks-dir=/x', '--module=x'])
    expect(() => podman(flag, 'ps'), flag).toThrow('unknown flag')
  expect(() => parseGlobals(['--runtime=crun'], leadingOptions('docker'))).toThrow('unknown flag')
})

test('flags before the command', () => {
  const { globals, rest } = parseGlobals(['--root=/r', '-v', 'ps', '--root', '/x'], leadingOptions('podman'))
  expect(globals).toMatchObject({ root: '/r', version: true })
  expect(rest).toEqual(['ps', '--root', '/x'])
})
