import { expect, test } from 'vitest'
import { hiddenParts } from './hidden-parts.ts'

test('a file system has hidden parts where another is mounted on what containers do not see', () => {
  const places: Record<string, number> = { '/proc': 20, '/proc/acpi': 20, '/sys': 21, '/sys/firmware': 21 }
  const on = (more: Record<string, number>) => hiddenParts((path) => ({ ...places, ...more })[path])
  expect(on({})).toEqual([])
  expect(on({ '/sys/fs/selinux': 30 })).toEqual([])
  expect(on({ '/proc/keys': 5 })).toEqual(['/proc'])
  expect(on({ '/sys/firmware': 44, '/proc/acpi': 45 })).toEqual(['/proc', '/sys'])
})
