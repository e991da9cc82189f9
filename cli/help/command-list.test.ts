import { expect, test } from 'vitest'
import { commands } from '../commands/index.ts'
import { renderCommandList } from './command-list.ts'

const listed = (noun?: string) =>
  [
    ...renderCommandList(commands, { globals: {}, width: 120, name: 'tspod', noun }).matchAll(
      /^ {2}(\w[\w ]*?) {2,}\S/gm,
    ),
  ].map(([, name]) => name)

test('all commands are listed under their names, but for those that are not for people', () => {
  expect(listed()).toEqual(expect.arrayContaining(['run', 'image tree', 'system df']))
  expect(listed()).not.toContain('hold')
})

test('a noun lists its own commands alone, as they are typed behind it', () => {
  expect(listed('volume')).toEqual(expect.arrayContaining(['volume ls', 'volume rm']))
  expect(listed('image')).toEqual(expect.arrayContaining(['image pull', 'image ls', 'image tree', 'image trust show']))
  for (const noun of ['container', 'image', 'manifest', 'volume'])
    expect(
      listed(noun).every((name) => name?.startsWith(`${noun} `)),
      noun,
    ).toBe(true)
})

test("a noun that is docker's alone lists its commands, which the list of all does not have", () => {
  expect(listed('context')).toEqual(['context ls', 'context show', 'context inspect', 'context use'])
  expect(listed()).not.toContain('context ls')
})
