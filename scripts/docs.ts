/**
 * `npm run docs`: docs/commands/, a page for each command and an index, from the command table.
 * With `--check` nothing is written, and it fails where something would be.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commands } from '../cli/commands/index.ts'
import { GLOBAL_OPTIONS } from '../cli/config.ts'
import { commandPage, indexPage, pageName } from '../cli/help/command-page.ts'

const DIRECTORY = fileURLToPath(new URL('../docs/commands', import.meta.url))

async function makePages(): Promise<Map<string, string>> {
  const shown = Object.entries(commands).filter(([, entry]) => !entry.hidden)
  const pages = new Map([['README.md', indexPage(shown, GLOBAL_OPTIONS)]])
  for (const [name, entry] of shown) {
    const { default: command } = await entry.load()
    pages.set(pageName(name), commandPage(name, entry, command))
  }
  return pages
}

function differences(pages: ReadonlyMap<string, string>): string[] {
  const there = existsSync(DIRECTORY) ? readdirSync(DIRECTORY) : []
  const changed = [...pages].filter(([file, text]) => !there.includes(file) || read(file) !== text)
  return [...changed.map(([file]) => file), ...there.filter((file) => !pages.has(file))].sort()
}

function read(file: string): string {
  return readFileSync(join(DIRECTORY, file), 'utf8')
}

const pages = await makePages()
const stale = differences(pages)
if (process.argv.includes('--check')) {
  if (stale.length > 0) console.error(`docs/commands: ${stale.join(', ')}: run "npm run docs"`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(DIRECTORY, { recursive: true })
  for (const file of stale) {
    const text = pages.get(file)
    if (text === undefined) rmSync(join(DIRECTORY, file))
    else writeFileSync(join(DIRECTORY, file), text)
  }
  console.log(`docs/commands: ${pages.size} pages, ${stale.length} changed`)
}
// What the commands load may hold the process, as a database does.
process.exit()
