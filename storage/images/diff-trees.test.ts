import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lsetxattr } from '../../base/libc.ts'
import { OPAQUE_XATTR } from '../layers/metadata.ts'
import { removeTree } from '../remove-tree.ts'
import { diffTrees } from './diff-trees.ts'

const base = mkdtempSync(join(tmpdir(), 'tspod-diff-'))
afterAll(() => removeTree(base))
let count = 0

/** A directory with these files; a name that ends in `/` is a directory, `-> x` for a content is a link. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = join(base, `tree-${count++}`)
  mkdirSync(root)
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(name.endsWith('/') ? path : join(path, '..'), { recursive: true })
    if (name.endsWith('/')) continue
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), path)
    else {
      writeFileSync(path, content)
      utimesSync(path, 1_600_000_000, 1_600_000_000)
    }
  }
  return root
}

function diff(older: readonly string[], newer: readonly string[]): string[] {
  return diffTrees(older, newer).map(({ kind, path }) => `${kind} ${path}`)
}

test('what an upper directory adds and changes, with the directories that hold it', () => {
  const lower = tree({ 'etc/passwd': 'root', 'etc/group': 'root', 'usr/bin/sh': 'shell', link: '-> a' })
  const upper = tree({ 'etc/passwd': 'root and me', 'new/deep/file': 'x', link: '-> b' })
  expect(diff([lower], [upper, lower])).toEqual([
    'changed /etc',
    'changed /etc/passwd',
    'changed /link',
    'added /new',
    'added /new/deep',
    'added /new/deep/file',
  ])
})

test('a copy that changes nothing is no change', () => {
  const lower = tree({ 'etc/passwd': 'root', 'usr/bin/sh': 'shell' })
  const upper = tree({ 'etc/passwd': 'root', 'usr/': '' })
  expect(diff([lower], [upper, lower])).toEqual([])
  chmodSync(join(upper, 'etc/passwd'), 0o600)
  expect(diff([lower], [upper, lower])).toEqual(['changed /etc', 'changed /etc/passwd'])
})

test('an opaque directory takes away what is below it, and a file in its place all of it', () => {
  const lower = tree({ 'a/one': '1', 'a/two': '2', 'b/three': '3' })
  const upper = tree({ 'a/two': '2', b: 'a file now' })
  lsetxattr(join(upper, 'a'), OPAQUE_XATTR, Buffer.from('y'))
  expect(diff([lower], [upper, lower])).toEqual(['changed /a', 'deleted /a/one', 'changed /b'])
  expect(diff([upper, lower], [lower])).toEqual(['changed /a', 'added /a/one', 'changed /b', 'added /b/three'])
})

test('of two images the layers that they share are not looked at', () => {
  const shared = tree({ 'etc/passwd': 'root' })
  const [one, other] = [tree({ one: '1' }), tree({ other: '2' })]
  expect(diff([one, shared], [other, shared])).toEqual(['deleted /one', 'added /other'])
  expect(diff([], [shared])).toEqual(['added /etc', 'added /etc/passwd'])
})

test('names that are no UTF-8 are names, too', () => {
  const lower = tree({})
  const upper = tree({})
  writeFileSync(Buffer.concat([Buffer.from(`${upper}/`), Buffer.of(0xff, 0x41)]), '')
  expect(diff([lower], [upper])).toEqual(['added /\u00ffA'])
})
