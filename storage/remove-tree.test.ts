import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { runChild } from '../base/child.ts'
import { treeBytes } from './check/tree-bytes.ts'
import { clearDirectory, removeTree } from './remove-tree.ts'

const base = mkdtempSync(join(tmpdir(), 'tspod-tree-'))
afterEach(() => removeTree(base))

/** Ten times as deep as a path can be long, with a file of six bytes at the bottom and one beside. */
function makeDeepTree(): void {
  mkdirSync(base, { recursive: true })
  const script = `d=${'d'.repeat(200)}; for i in $(seq 200); do mkdir $d; cd $d; done; printf abc > f; ln f g; printf def > h`
  expect(runChild('sh', ['-c', script], { cwd: base })?.exitCode).toBe(0)
  writeFileSync(join(base, 'beside'), 'ghi')
}

test('a tree that is deeper than a path can be long is measured', () => {
  makeDeepTree()
  const open = readdirSync('/proc/self/fd').length
  expect(treeBytes(base)).toBe(9)
  expect(readdirSync('/proc/self/fd')).toHaveLength(open)
})

test('a tree that is deeper than a path can be long is removed', () => {
  makeDeepTree()
  removeTree(base)
  expect(existsSync(base)).toBe(false)
})

test('a directory is emptied of it', () => {
  makeDeepTree()
  clearDirectory(base)
  expect(readdirSync(base)).toEqual([])
})
