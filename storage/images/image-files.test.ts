import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lsetxattr, mknod, S_IF } from '../../base/libc.ts'
import { removeTree } from '../remove-tree.ts'
import { opaqueListOf, readImageFile } from './image-files.ts'

let base: string
let layers: string[]

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tspod-files-'))
  layers = ['upper', 'middle', 'bottom'].map((name) => join(base, name))
  for (const layer of layers) mkdirSync(layer)
  writeFileSync(join(base, 'secret'), 'secret')
})

afterEach(() => removeTree(base))

type LayerName = 'upper' | 'middle' | 'bottom'
const inLayer = (layer: LayerName, path: string): string => join(base, layer, path)

function put(layer: LayerName, path: string, content = `${layer}'s`): void {
  mkdirSync(dirname(inLayer(layer, path)), { recursive: true })
  writeFileSync(inLayer(layer, path), content)
}

function link(layer: LayerName, path: string, target: string): void {
  mkdirSync(dirname(inLayer(layer, path)), { recursive: true })
  symlinkSync(target, inLayer(layer, path))
}

const read = (path: string, maxBytes = 1000): string | undefined => readImageFile(layers, path, maxBytes)?.toString()

test('the topmost layer that has the file counts, through merged directories', () => {
  put('bottom', 'etc/passwd')
  put('bottom', 'etc/group')
  put('middle', 'etc/passwd')
  put('upper', 'etc/other')
  expect(read('/etc/passwd')).toBe("middle's")
  expect(read('etc//./group')).toBe("bottom's")
  expect(read('/etc/none')).toBeUndefined()
  expect(read('/etc')).toBeUndefined()
  expect(read('/etc/passwd/below')).toBeUndefined()
})

test('a whiteout hides a file, and a directory with all in it', () => {
  put('bottom', 'etc/passwd')
  put('bottom', 'dir/file')
  mkdirSync(inLayer('middle', 'etc'))
  mknod(inLayer('middle', 'etc/passwd'), S_IF.character)
  mknod(inLayer('middle', 'dir'), S_IF.character)
  expect(read('/etc/passwd')).toBeUndefined()
  expect(read('/dir/file')).toBeUndefined()
  put('upper', 'etc/passwd')
  expect(read('/etc/passwd')).toBe("upper's")
})

test('an opaque directory hides the ones below: by the list beside a layer, or the attribute', () => {
  put('bottom', 'listed/file')
  put('bottom', 'marked/file')
  put('bottom', 'open/file')
  for (const name of ['listed', 'open']) mkdirSync(inLayer('middle', name))
  mkdirSync(inLayer('upper', 'marked'))
  writeFileSync(opaqueListOf(join(base, 'middle')), '/listed\n')
  lsetxattr(inLayer('upper', 'marked'), 'user.overlay.opaque', Buffer.from('y'))
  expect(read('/listed/file')).toBeUndefined()
  expect(read('/marked/file')).toBeUndefined()
  expect(read('/open/file')).toBe("bottom's")
})

test('a file or link above a directory hides it', () => {
  put('bottom', 'a/file')
  put('middle', 'a')
  expect(read('/a/file')).toBeUndefined()
  put('bottom', 'b/file')
  link('upper', 'b', '/c')
  put('middle', 'c/file')
  expect(read('/b/file')).toBe("middle's")
})

test('links are resolved inside the image, across its layers', () => {
  put('bottom', 'usr/etc/passwd')
  link('middle', 'etc', 'usr/etc')
  link('upper', 'usr/etc/absolute', '/etc/passwd')
  expect(read('/etc/passwd')).toBe("bottom's")
  expect(read('/etc/absolute')).toBe("bottom's")
  expect(read('/etc/../etc/passwd')).toBe("bottom's")
})

test('nothing outside of the layers is ever read', () => {
  link('upper', 'up', '../secret')
  link('upper', 'absolute', join(base, 'secret'))
  link('upper', 'dir', base)
  link('upper', 'proc', '/proc/self/root')
  link('upper', 'circle', 'circle')
  for (const path of ['/up', '/absolute', '/dir/secret', '/../secret', '/proc/etc/passwd', '/circle']) {
    expect(read(path), path).toBeUndefined()
  }
})

test('a fifo is not waited for, a file that is too large is an error', () => {
  mknod(inLayer('upper', 'pipe'), S_IF.fifo | 0o600)
  put('upper', 'large', 'x'.repeat(11))
  expect(read('/pipe')).toBeUndefined()
  expect(read('/large', 11)).toBe('x'.repeat(11))
  expect(() => read('/large', 10)).toThrow(expect.objectContaining({ code: 'E_FILE_TOO_LARGE' }))
})
