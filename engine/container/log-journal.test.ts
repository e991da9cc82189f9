import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type JournalRequest, parseEntry, readJournal } from './log-journal.ts'
import { openLogOutput } from './log-output.ts'

const FIELDS = { __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1767225601123456', PRIORITY: '6', MESSAGE: 'hello' }
const parse = (fields: object) => parseEntry(JSON.stringify({ ...FIELDS, ...fields }))

test('text, its time and its stream', () => {
  expect(parse({})).toMatchObject({
    cursor: 's=1',
    piece: { time: '2026-01-01T00:00:01.123456000', isError: false, isPartial: false },
  })
  expect(parse({})?.piece.bytes.toString()).toBe('hello')
  expect(parse({ PRIORITY: '3', CONTAINER_PARTIAL_MESSAGE: 'true' })?.piece).toMatchObject({
    isError: true,
    isPartial: true,
  })
})

test('what is no UTF-8 comes as numbers', () => {
  expect(parse({ MESSAGE: [104, 0, 255] })?.piece.bytes).toEqual(Buffer.of(104, 0, 255))
})

test('what is no entry is none', () => {
  for (const fields of [{ MESSAGE: null }, { __CURSOR: 1 }, { __REALTIME_TIMESTAMP: undefined }]) {
    expect(parse(fields)).toBeUndefined()
  }
  fc.assert(fc.property(fc.string(), (line) => void parseEntry(line)))
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (value) => void parseEntry(JSON.stringify({ ...FIELDS, __REALTIME_TIMESTAMP: value, MESSAGE: value })),
    ),
  )
})

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const LOOK = { timestamps: false, before: '', between: '', after: '' }

/**
 * Reads with a program in the place of journalctl, which notes down what it was asked for.
 * @param endsAfter the container ends once that has been shown
 */
async function read(script: string, request: Partial<JournalRequest> = {}, endsAfter?: string) {
  const program = join(directory, 'journalctl')
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${directory}/asked\n${script}`)
  chmodSync(program, 0o755)
  const shown = { out: '', err: '' }
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const show = (stream: 'out' | 'err') => (chunk: Uint8Array) => {
    shown[stream] += Buffer.from(chunk).toString()
    if (endsAfter !== undefined && shown[stream].includes(endsAfter)) end()
  }
  const output = openLogOutput(LOOK, { stdout: show('out'), stderr: show('err') })
  const usual = { output, filter: { since: undefined, until: undefined }, tail: undefined, sinceMs: undefined }
  const following = endsAfter === undefined ? {} : { ended }
  await readJournal({ findProgram: () => program, host: { uid: 7 } }, 'ID', { ...usual, ...following, ...request })
  return shown
}

const asked = () => readFileSync(join(directory, 'asked'), 'utf8').trim().split('\n')
const say = (fields: object) => `echo '${JSON.stringify({ ...FIELDS, ...fields })}'`

test('journalctl is asked for the container, the tail and the time', async () => {
  const script = [
    say({ MESSAGE: 'half ', CONTAINER_PARTIAL_MESSAGE: 'true' }),
    say({ MESSAGE: 'line' }),
    say({ MESSAGE: [98, 195, 188], PRIORITY: '3' }),
    'echo junk',
  ].join('\n')
  expect(await read(script, { tail: 5, sinceMs: 1500 })).toEqual({ out: 'half line\n', err: 'bü\n' })
  expect(asked()).toEqual(['--no-pager --all --quiet -o json CONTAINER_ID_FULL=ID _UID=7 --since=@1 --lines=5'])
})

test('following ends when the container does, with what came last', async () => {
  const script = [
    'case "$*" in',
    `*--follow*) ${say({ __CURSOR: 's=2', MESSAGE: 'later' })}; exec sleep 1000 ;;`,
    `*--after-cursor=s=2*) ${say({ __CURSOR: 's=3', MESSAGE: 'last' })} ;;`,
    `*) ${say({ MESSAGE: 'first' })} ;;`,
    'esac',
  ].join('\n')
  expect((await read(script, {}, 'later')).out).toBe('first\nlater\nlast\n')
  expect(asked()[1]).toContain('--after-cursor=s=1 --follow')
})

test('what journalctl says when it fails is our error, and so is that there is none', async () => {
  await expect(read('echo "No journal files were found." >&2; exit 1')).rejects.toMatchObject({
    code: 'E_NO_LOG',
    message: 'journalctl could not read the journal: No journal files were found.',
  })
  const output = openLogOutput(LOOK, { stdout() {}, stderr() {} })
  const request = { output, filter: { since: undefined, until: undefined }, tail: undefined, sinceMs: undefined }
  await expect(readJournal({ findProgram: () => undefined, host: { uid: 7 } }, 'ID', request)).rejects.toMatchObject({
    code: 'E_NO_PROGRAM',
  })
})
