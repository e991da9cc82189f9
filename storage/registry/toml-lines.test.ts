import { expect, test } from 'vitest'
import { tomlLines } from './toml-lines.ts'

const text = `# a comment
short-name-mode = "permissive"
text = """
[[registry]]
unqualified-search-registries = ["not.here"]
"""
[[registry]]
prefix = "a"
[[registry.mirror]]
location = "m"
[[registry.mirror]] # the second
  [[ registry ]]
  "location" = "b"
  [[registry.mirror]]
[aliases]
'x/y' = "a.b/c"
[old.search]
`

// biome-ignore format: a table
test.for([
  ['short-name-mode',                  2],
  ['unqualified-search-registries',    undefined],
  ['registry[0]',                      7],
  ['registry[0].prefix',               8],
  ['registry[0].blocked',              7],
  ['registry[0].mirror[0].location',  10],
  ['registry[0].mirror[1]',           11],
  ['registry[0].mirror[1].location',  11],
  ['registry[1].location',            13],
  ['registry[1].mirror[0].location',  14],
  ['registry[2].location',            undefined],
  ['aliases.x/y',                     16],
  ['aliases.other',                   15],
  ['old',                             17],
] as const)('%s is on line %s', ([place, line]) => {
  expect(tomlLines(text).lineOf(place)).toBe(line)
})
