import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { normaliseArgv } from './normalise.ts'
import type { Options } from './option.ts'

const OPTIONS = {
  env: { type: 'string', array: true, alias: 'e', describe: '' },
  tty: { type: 'boolean', alias: 't', describe: '' },
  interactive: { type: 'boolean', alias: 'i', describe: '' },
  detach: { type: 'boolean', alias: 'd', describe: '' },
  rm: { type: 'boolean', describe: '' },
  time: { type: 'number', alias: ['T', 'timeout'], minimum: 0, describe: '' },
  pull: { type: 'string', choices: ['always', 'never'], describe: '' },
  secret: { type: 'string', hidden: true, describe: '' },
} as const satisfies Options

const read = (argv: readonly string[], endAtPositional = true) =>
  normaliseArgv(argv, OPTIONS, { usage: 'run', endAtPositional })

describe('flags in one spelling', () => {
  test.for([
    [
      ['-itd', 'alpine'],
      ['--interactive=true', '--tty=true', '--detach=true'],
    ],
    [['-e', 'A=B'], ['--env=A=B']],
    [['-eA=B'], ['--env=A=B']],
    [['-e=A=B'], ['--env=A=B']],
    [['--env=A=B'], ['--env=A=B']],
    [['--env', 'A=B'], ['--env=A=B']],
    [
      ['-ite', 'A=B'],
      ['--interactive=true', '--tty=true', '--env=A=B'],
    ],
    [['-iteA'], ['--interactive=true', '--tty=true', '--env=A']],
    [['--rm=false'], ['--rm=false']],
    [['--rm=0'], ['--rm=false']],
    [['--tty=T'], ['--tty=true']],
    [['-t=false'], ['--tty=false']],
    [['-T5'], ['--time=5']],
    [['--timeout', '5'], ['--time=5']],
    [['--env='], ['--env=']],
    [['-e', ''], ['--env=']],
    [['-e', '--rm'], ['--env=--rm']],
    [['-e', '-'], ['--env=-']],
  ] as const)('%j is %j', ([argv, flags]) => {
    expect(read(argv).flags).toEqual(flags)
  })
})

describe('where the flags end', () => {
  test.for([
    [
      ['--rm', 'alpine', 'ls', '-la'],
      ['alpine', 'ls', '-la'],
    ],
    [
      ['alpine', '--rm'],
      ['alpine', '--rm'],
    ],
    [['--', '--rm'], ['--rm']],
    [
      ['alpine', '--', 'ls'],
      ['alpine', '--', 'ls'],
    ],
    [['-'], ['-']],
    [
      ['', '--rm'],
      ['', '--rm'],
    ],
  ] as const)('%j leaves %j', ([argv, positionals]) => {
    expect(read(argv).positionals).toEqual(positionals)
  })

  test('flags and words may be mixed where the words are not a command', () => {
    expect(read(['a', '--rm', 'b', '--', '-c'], false)).toEqual({ flags: ['--rm=true'], positionals: ['a', 'b', '-c'] })
  })
})

describe('mistakes', () => {
  test.for([
    [['--foo'], 'unknown flag: --foo', 'see "tspod run --help"'],
    [['--dettach'], 'unknown flag: --dettach', 'did you mean --detach?'],
    [['--secre'], 'unknown flag: --secre', 'see "tspod run --help"'],
    [['-x'], 'unknown flag: -x', 'see "tspod run --help"'],
    [['-itx'], 'unknown flag: -x in -itx', 'see "tspod run --help"'],
    [['--e', 'A=B'], 'unknown flag: --e', 'did you mean --rm?'],
    [['--env'], 'flag needs an argument: --env', 'see "tspod run --help"'],
    [['-ie'], 'flag needs an argument: -e', 'see "tspod run --help"'],
    [['--rm=maybe'], 'invalid value "maybe" for --rm: must be true or false', undefined],
    [['--time', 'soon'], 'invalid value "soon" for --time: not a number', undefined],
    [['--time=-1'], 'invalid value "-1" for --time: must be at least 0', undefined],
    [['--pull', 'later'], 'invalid value "later" for --pull: must be one of always, never', undefined],
    [['--__proto__'], 'unknown flag: --__proto__', 'see "tspod run --help"'],
  ] as const)('%j: %s', ([argv, message, hint]) => {
    const error = thrownBy(() => read(argv))
    expect(error.message).toBe(message)
    if (!message.endsWith('--e')) expect(error.hint).toBe(hint)
    expect(error.exitCode).toBe(125)
  })

  test('never anything but a TspodError', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-', '--', '-e', '--env=', '--rm', '-it'),
      fc.string().map((s) => `-${s}`),
    )
    fc.assert(
      fc.property(fc.array(word), fc.boolean(), (argv, endAtPositional) => {
        try {
          read(argv, endAtPositional)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function thrownBy(action: () => unknown): TspodError {
  try {
    action()
  } catch (error) {
    if (error instanceof TspodError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
