import { expect, test } from 'vitest'
import type { ErrorCode } from '../base/error-codes.ts'
import { TspodError } from '../base/errors.ts'
import { errorJson, errorLines, exitCodeOf } from './report-error.ts'

const PODMAN = { compat: 'podman', command: 'stop' } as const

const known = new TspodError('E_IMAGE_NOT_FOUND', 'no image x', {
  exitCode: 3,
  hint: 'check the spelling',
  cause: new Error('404'),
})

test('an error of the user is one line with its code, and a hint', () => {
  expect(errorLines(known, { debug: false })).toEqual([
    'error: no image x [E_IMAGE_NOT_FOUND]',
    'hint: check the spelling',
  ])
  expect(exitCodeOf(known, PODMAN)).toBe(3)
})

test('a hint is to be typed with the name that we are called by', () => {
  const error = new TspodError('E_BAD_NAME', 'x', { hint: 'see "tspod ps -a", or "tspod rm x"; tspod is not docker' })
  expect(errorLines(error, { debug: false, name: 'docker' })[1]).toBe(
    'hint: see "docker ps -a", or "docker rm x"; tspod is not docker',
  )
  expect(errorLines(error, { debug: false })[1]).toContain('"tspod ps -a"')
})

test('docker has names of images without their registry', () => {
  const error = new TspodError('E_IMAGE_NOT_FOUND', 'x', { hint: 'did you mean localhost/bb?' })
  expect(errorLines(error, { debug: false, compat: 'docker' })[1]).toBe('hint: did you mean bb?')
  expect(errorLines(error, { debug: false, compat: 'podman' })[1]).toBe('hint: did you mean localhost/bb?')
})

test('docker has its own words for what scripts look for', () => {
  const words = (code: ErrorCode, message: string): string | undefined =>
    errorLines(new TspodError(code, message), { debug: false, compat: 'docker' })[0]
  expect(words('E_CONTAINER_NOT_FOUND', 'no container x')).toBe('Error: No such container: x [E_CONTAINER_NOT_FOUND]')
  expect(words('E_BAD_NAME', 'x')).toBe('error: x [E_BAD_NAME]')
  expect(errorLines(known, { debug: false, compat: 'podman' })[0]).toBe('error: no image x [E_IMAGE_NOT_FOUND]')
})

test('with debugging it says where it comes from', () => {
  const lines = errorLines(known, { debug: true })
  expect(lines.some((line) => line.includes('report-error.test.ts'))).toBe(true)
  expect(lines).toContain('  caused by: 404')
})

test('anything else is a bug and comes with its stack', () => {
  const lines = errorLines(new TypeError('x is undefined'), { debug: false })
  expect(lines[0]).toBe('error: internal error: x is undefined')
  expect(lines.some((line) => line.includes('report-error.test.ts'))).toBe(true)
  expect(lines.at(-1)).toContain('report it')
  expect(exitCodeOf(new TypeError(''), PODMAN)).toBe(125)
  expect(errorLines('text', { debug: false })[0]).toBe('error: internal error: text')
})

test('text from outside forges no lines and moves no cursor', () => {
  const hostile = new TspodError('E_BAD_NAME', 'a\nerror: forged\u001b[2J\u009b1A\u009d0;x\r')
  expect(errorLines(hostile, { debug: false })).toEqual([
    'error: a; error: forged\ufffd[2J\ufffd1A\ufffd0;x\ufffd [E_BAD_NAME]',
  ])
})

test("docker's statuses are 1, but for flags and run", () => {
  const missing = new TspodError('E_CONTAINER_NOT_FOUND', 'no container x')
  const stopped = new TspodError('E_CONTAINER_NOT_RUNNING', 'x is not running', { exitCode: 255 })
  const docker = (command: string) => ({ compat: 'docker', command }) as const
  expect(exitCodeOf(missing, PODMAN)).toBe(125)
  expect(exitCodeOf(missing, docker('stop'))).toBe(1)
  expect(exitCodeOf(missing, docker('run'))).toBe(125)
  expect(exitCodeOf(stopped, docker('exec'))).toBe(1)
  expect(exitCodeOf(new TspodError('E_UNKNOWN_FLAG', 'unknown flag: -x'), docker('stop'))).toBe(125)
  expect(exitCodeOf(new TspodError('E_LAUNCH_FAILED', 'no such file', { exitCode: 127 }), docker('exec'))).toBe(127)
})

test('colours are for the first words', () => {
  expect(errorLines(known, { debug: false, color: true })).toEqual([
    '\u001b[31merror:\u001b[39m no image x [E_IMAGE_NOT_FOUND]',
    '\u001b[36mhint:\u001b[39m check the spelling',
  ])
})

test('as JSON it is one object in one line', () => {
  const hostile = new TspodError('E_BAD_NAME', 'a\nb', { hint: 'see "tspod ps"' })
  expect(errorJson(hostile, { command: 'stop', exitCode: 1, name: 'docker' })).toBe(
    '{"code":"E_BAD_NAME","message":"a\\nb","hint":"see \\"docker ps\\"","exitCode":1,"command":"stop"}',
  )
  expect(JSON.parse(errorJson(known, { exitCode: 3 }))).toEqual({
    ...{ code: 'E_IMAGE_NOT_FOUND', message: 'no image x', hint: 'check the spelling', exitCode: 3, command: null },
  })
  expect(JSON.parse(errorJson(new TypeError('x'), { exitCode: 125 }))).toMatchObject({
    ...{ code: 'E_INTERNAL', message: 'x', exitCode: 125, stack: expect.stringContaining('report-error.test.ts') },
  })
})

test('in a run of GitHub it is a command to the runner', () => {
  expect(errorLines(known, { debug: false, ci: 'github' })[0]).toBe(
    '::error title=E_IMAGE_NOT_FOUND::no image x [E_IMAGE_NOT_FOUND]',
  )
})
