import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { startChild } from '../../base/child.ts'
import type { LogTarget } from '../../engine/plan/stream-steps.ts'
import { runProgram } from '../../scripts/run-program.ts'
import { expect, test } from '../support/fixtures.ts'
import { runWith } from '../support/launcher-plan.ts'
import { resultOf } from '../support/tspod.ts'

const file = (directory: string, members: Partial<LogTarget> = {}): LogTarget => ({
  driver: 'k8s-file',
  path: join(directory, 'log'),
  maxSizeBytes: 0,
  maxFiles: 1,
  ...(members as object),
})

/** Of a script, which has no end of its own where a test has failed, and its directory has gone. */
const untilWritten = (word: string, directory: string, name: string): string =>
  `until grep -qs ${word} ${join(directory, name)} || [ ! -d ${directory} ]; do :; done`

describe('json-file', () => {
  test("is docker's, line by line, with what is no text told", async ({ directory }) => {
    const written = (word: string) => `; ${untilWritten(word, directory, 'log')}; `
    const script = [
      String.raw`printf 'plain\n'`,
      String.raw`printf 'tab\t quote" back\\slash \001 \033[1m\n' >&2`,
      String.raw`printf 'gr\303\274n \342\202\254 \360\237\230\200\n'; printf '\377\300\200 \355\240\200 end\n'; printf 'no newline'`,
    ]
    // Of two streams that have something at once one comes first.
    const inTurn = `${script[0]}${written('plain')}${script[1]}${written('quote')}${script[2]}`
    await runWith(file(directory, { driver: 'json-file' }), inTurn)
    const text = readFileSync(join(directory, 'log'), 'utf8')
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { log: string; stream: string; time: string })
    expect(lines.map(({ log, stream }) => [stream, log])).toEqual([
      ['stdout', 'plain\n'],
      ['stderr', 'tab\t quote" back\\slash \x01 \x1b[1m\n'],
      ['stdout', 'grün € 😀\n'],
      ['stdout', '\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd end\n'],
      ['stdout', 'no newline'],
    ])
    for (const { time } of lines) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    expect(text).toContain('{"log":"plain\\n","stream":"stdout","time":"')
  })

  test('a line without end is cut as docker cuts it, and nothing is lost', async ({ directory }) => {
    await runWith(file(directory, { driver: 'json-file' }), "head -c 50000 /dev/zero | tr '\\0' x; echo")
    const lines = readFileSync(join(directory, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).log as string)
    expect(lines.join('')).toBe(`${'x'.repeat(50_000)}\n`)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(16_384)
  })
})

describe('json-file, read in pieces', () => {
  const said = (directory: string): [string, string][] =>
    readFileSync(join(directory, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { log: string; stream: string })
      .map(({ stream, log }) => [stream, log])
  const textOf = (lines: readonly [string, string][], stream: string): string =>
    lines
      .filter((line) => line[0] === stream)
      .map((line) => line[1])
      .join('')

  test('a character comes whole, however its bytes come, and what is none is told at the end', async ({
    directory,
  }) => {
    // Pieces that are read together after all make the same text.
    const bytes = ['\\342', '\\202', '\\254!', '\\360\\237', '\\230\\200\\303', '\\274', '\\303', 'x', '\\342\\202']
    const script = bytes.map((part) => `printf '${part}'; sleep 0.02`).join('; ')
    await runWith(file(directory, { driver: 'json-file' }), script)
    expect(textOf(said(directory), 'stdout')).toBe('€!😀ü\ufffdx\ufffd\ufffd')
  })

  test('streams that take turns are held apart, and a line of 16 KiB is cut between characters', async ({
    directory,
  }) => {
    const script = String.raw`printf '\342\202'; sleep 0.02; printf '\303' >&2; sleep 0.02; printf '\254\n'; sleep 0.02; printf '\274\n' >&2; sleep 0.02
      head -c 16383 /dev/zero | tr '\0' x; printf '\342\202\254\n'; head -c 16382 /dev/zero | tr '\0' y >&2; printf '\303\274\n' >&2`
    await runWith(file(directory, { driver: 'json-file' }), script)
    const lines = said(directory)
    expect(lines.slice(0, 2)).toEqual([
      ['stdout', '€\n'],
      ['stderr', 'ü\n'],
    ])
    expect(textOf(lines, 'stdout')).toBe(`€\n${'x'.repeat(16_383)}€\n`)
    expect(textOf(lines, 'stderr')).toBe(`ü\n${'y'.repeat(16_382)}ü\n`)
    for (const [, log] of lines) expect(Buffer.byteLength(log)).toBeLessThanOrEqual(16_384)
  })
})

describe('rotation', () => {
  const WRITE = 'i=0; while [ $i -lt 400 ]; do echo "line $i of some length to fill a file with"; i=$((i+1)); done'

  test.for([
    [3, ['log', 'log.1', 'log.2']],
    [1, ['log']],
  ] as const)(
    'keeps %i files, each about as large as allowed, and what they have is in order',
    async ([maxFiles, names], { directory }) => {
      await runWith(file(directory, { maxSizeBytes: 2000, maxFiles }), WRITE)
      expect(
        readdirSync(directory)
          .filter((name) => name.startsWith('log'))
          .sort(),
      ).toEqual(names)
      const text = [...names]
        .reverse()
        .map((name) => readFileSync(join(directory, name), 'utf8'))
        .join('')
      const numbers = text
        .trim()
        .split('\n')
        .map((line) => Number(/ line (\d+) of/.exec(line)?.[1]))
      expect(numbers.at(-1)).toBe(399)
      expect(numbers).toEqual(numbers.map((_, index) => 400 - numbers.length + index))
    },
  )

  test('where no other file can be made, nothing is moved and nothing is lost', async ({ directory }) => {
    mkdirSync(join(directory, 'log.next'))
    writeFileSync(join(directory, 'log.1'), 'older\n')
    await runWith(file(directory, { maxSizeBytes: 2000, maxFiles: 3 }), WRITE)
    expect(readFileSync(join(directory, 'log'), 'utf8').match(/ line \d+ of/g)).toHaveLength(400)
    expect(readFileSync(join(directory, 'log.1'), 'utf8')).toBe('older\n')
  })

  test('a pipe stays what it is', async ({ directory }) => {
    const path = join(directory, 'log')
    await runProgram('/usr/bin/mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    await runWith(file(directory, { maxSizeBytes: 2000, maxFiles: 2 }), WRITE)
    const text = readFileSync(reader, 'utf8')
    closeSync(reader)
    expect(text.match(/ line \d+ of/g)).toHaveLength(400)
    expect(readdirSync(directory).filter((name) => name.startsWith('log'))).toEqual(['log'])
  })

  test('goes on with a log that was there', async ({ directory }) => {
    for (let round = 0; round < 3; round++)
      await runWith(file(directory, { maxSizeBytes: 60, maxFiles: 2 }), 'echo a line')
    const logs = ['log.1', 'log'].map((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n').length)
    expect(logs).toEqual([2, 1])
  })
})

test('the journal gets an entry a line, with its fields', async ({ directory }) => {
  const socket = join(directory, 'journal')
  const listener = startChild(
    '/usr/bin/python3',
    [
      '-c',
      `import socket,sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('ready', flush=True)
seen = 0
while seen < 40000:
    entry = s.recv(70000).decode('latin1'); seen += entry.count('y'); print(repr(entry), flush=True)
    print(entry, file=open(sys.argv[2], 'a'))`,
      socket,
      join(directory, 'heard'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const heard = resultOf(listener)
  await new Promise((resolve) => listener.stdout?.once('data', resolve))
  // Of two streams that have something at once one comes first.
  const written = (word: string) => untilWritten(word, directory, 'heard')
  const script = `echo one; ${written('one')}; echo two >&2; ${written('two')}; head -c 40000 /dev/zero | tr '\\0' y; echo`
  await runWith({ driver: 'journald', socket, fields: 'CONTAINER_NAME=box\nCONTAINER_ID_FULL=abc\n' }, script)
  const entries = (await heard).stdout.trim().split('\n').slice(1)
  expect(entries[0]).toBe(String.raw`'PRIORITY=6\nCONTAINER_NAME=box\nCONTAINER_ID_FULL=abc\nMESSAGE=one\n'`)
  expect(entries[1]).toBe(String.raw`'PRIORITY=3\nCONTAINER_NAME=box\nCONTAINER_ID_FULL=abc\nMESSAGE=two\n'`)
  expect(entries[2]).toContain(String.raw`CONTAINER_PARTIAL_MESSAGE=true\nMESSAGE=yyy`)
  const long = entries.slice(2).map((entry) => /\\nMESSAGE=(y*)/.exec(entry)?.[1]?.length ?? 0)
  expect(Math.max(...long)).toBeLessThanOrEqual(32_768)
  expect(long.reduce((sum, length) => sum + length, 0)).toBe(40_000)
})
