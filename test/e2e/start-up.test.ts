import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'
import { CHECKOUT } from '../support/tspod.ts'

const NONE = '--network=none'

test('a command loads the parts of the program that it needs, and no other', async ({ tspod, directory }) => {
  const env = { XDG_CACHE_HOME: join(directory, 'cache') }
  await tspod('run', '-d', '-q', NONE, '--name', 'box', 'alpine', 'sleep', 'inf')
  // What was compiled is kept under the command's name and the part's: cli/loader.ts.
  const loadedBy = async (word: string, ...args: string[]): Promise<string[]> => {
    expect(await tspod.with({ env }, ...args)).toMatchObject({ exitCode: 0, stderr: '' })
    const names = readdirSync(join(directory, 'cache/tspod/code'))
    return names.flatMap((name) => new RegExp(`^${word}-([a-z-]+)-\\w+$`).exec(name)?.[1] ?? []).sort()
  }
  expect(await loadedBy('help', '--help')).toEqual(['start'])
  expect(await loadedBy('help', 'run', '--help')).toEqual(['start'])
  expect(await loadedBy('help', 'images', '--help')).toEqual(['looks', 'start'])
  expect(await loadedBy('version', 'version')).toEqual(['start'])
  expect(await loadedBy('ps', 'ps', '-a')).toEqual(['open', 'start'])
  expect(await loadedBy('images', 'images')).toEqual(['looks', 'open', 'start'])
  expect(await loadedBy('inspect', 'inspect', 'box')).toEqual(['looks', 'open', 'start'])
  expect(await loadedBy('exec', 'exec', 'box', 'true')).toEqual(['handle', 'open', 'start'])
  expect(await loadedBy('run', 'run', '--rm', NONE, 'alpine', 'true')).toEqual(['engine', 'handle', 'open', 'start'])
  expect(await loadedBy('tag', 'tag', 'alpine', 'other')).toEqual(['open', 'start', 'verbs'])
  expect(await loadedBy('logs', 'logs', 'box')).toEqual(['handle', 'open', 'start', 'verbs'])
  expect(await loadedBy('stop', 'stop', '-t', '0', 'box')).toEqual(['handle', 'open', 'start'])
})

test('React and ink are in the file of the dashboard alone', () => {
  const contains = (name: string): boolean =>
    /react-reconciler|loadYoga/.test(readFileSync(join(CHECKOUT, 'dist', name), 'utf8'))
  const parts = readdirSync(join(CHECKOUT, 'dist')).filter((name) => name.endsWith('.cjs'))
  expect(parts.length).toBeGreaterThan(5)
  expect(parts.filter(contains)).toEqual(['dashboard.cjs'])
})
