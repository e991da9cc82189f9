import { expect, test } from 'vitest'
import { parseCopyPlace } from './copy-place.ts'

// biome-ignore format: a table
test.for([
  ['-',            { kind: 'stream' }],
  ['file',         { kind: 'host', path: 'file' }],
  ['web:/etc',     { kind: 'container', ref: 'web', path: '/etc' }],
  ['web:',         { kind: 'container', ref: 'web', path: '' }],
  ['web:a:b',      { kind: 'container', ref: 'web', path: 'a:b' }],
  ['/a:b',         { kind: 'host', path: '/a:b' }],
  ['./a:b',        { kind: 'host', path: './a:b' }],
  ['../a:b',       { kind: 'host', path: '../a:b' }],
  [':a',           { kind: 'host', path: ':a' }],
  ['',             { kind: 'host', path: '' }],
] as const)('%j', ([word, place]) => {
  expect(parseCopyPlace(word)).toEqual(place)
})
