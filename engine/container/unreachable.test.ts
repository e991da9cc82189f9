import { expect, test } from 'vitest'
import { madeHow, openedHow } from './unreachable.ts'

// biome-ignore format: a table
test.for([
  ['/data',        '/',       'make',  false, /"sudo mkdir -p \/data && sudo chown \$\(id -u\) \/data"$/],
  ['/data',        '/',       'make',  true,  /"sudo mkdir -p \/data && sudo chown \$\(id -u\) \/data"$/],
  ['/srv/a/b',     '/srv/a',  'reach', false, /"setfacl -m u:\$\(id -u\):x \/srv\/a"/],
  ['/root/a',      '/root',   'reach', false, /^use a directory of yours: no flag/],
  ['/home/me/a/b', '/home/me/a', 'make', true, /^open it: "tspod unshare chmod u\+rwx \/home\/me\/a"$/],
] as const)('%s, closed at %s, to %s (ours: %s)', ([source, path, verb, isOurs, words]) => {
  const hint = openedHow({ source, path, verb, isOurs })
  expect(hint).toMatch(words)
  expect(hint).not.toMatch(/o\+/)
})

test('a directory in one of the caller needs no root', () => {
  expect(madeHow('/tmp/no/such')).toBe('"mkdir -p /tmp/no/such"')
})
