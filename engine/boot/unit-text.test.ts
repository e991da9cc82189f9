import { expect, test } from 'vitest'
import { unitText } from './unit-text.ts'

const options = { program: '/opt/tspod/bin/tspod', flags: [], target: 'default.target' }

test('it starts what should run, stays, and stops it', () => {
  const lines = unitText(options).split('\n')
  for (const line of [
    'Type=oneshot',
    'RemainAfterExit=yes',
    'ExecStart="/opt/tspod/bin/tspod" system boot run',
    'ExecStop="/opt/tspod/bin/tspod" system boot stop',
    'WantedBy=default.target',
  ])
    expect(lines).toContain(line)
})

test('paths are quoted as systemd reads them', () => {
  const flags = ['--root', '/a b/50%/"q"\\$HOME']
  expect(unitText({ ...options, flags })).toContain('"--root" "/a b/50%%/\\"q\\"\\\\$$HOME" system boot run')
})

test('a line feed cannot add a line', () => {
  expect(() => unitText({ ...options, flags: ['--root', '/x\nExecStart=/bin/evil'] })).toThrow(
    expect.objectContaining({ code: 'E_BAD_PATH' }),
  )
})
