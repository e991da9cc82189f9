/**
 * `npm run docs`: docs/commands/, a page for each command and an index, from the command table, and docs/errors.md
 * from the table of error codes. With `--check` nothing is written, and it fails where something would be.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commands } from '../cli/commands/index.ts'
import { GLOBAL_OPTIONS } from '../cli/config.ts'
import { errorPage } from '../cli/error-page.ts'
import { commandPage, indexPage, pageName } from '../cli/help/command-page.ts'

const DOCS = fileURLToPath(new URL('../docs', import.meta.url))

/** By their paths below docs/. */
async function makePages(): Promise<Map<string, string>> {
  const shown = Object.entries(commands).filter(([, entry]) => !entry.hidden)
  const pages = new Map([
    ['errors.md', errorPage()],
    ['commands/README.md', indexPage(shown, GLOBAL_OPTIONS)],
  ])
  for (const [name, entry] of shown) {
    const { default: command } = await entry.load()
    pages.set(`commands/${pageName(name)}`, commandPage(name, entry, command))
  }
  return pages
}

function differences(pages: ReadonlyMap<string, string>): string[] {
  const there = readdirSync(join(DOCS, 'commands')).map((file) => `commands/${file}`)
  const changed = [...pages].filter(([file, text]) => read(file) !== text)
  return [...changed.map(([file]) => file), ...there.filter((file) => !pages.has(file))].sort()
}

function read(file: string): string | undefined {
  const path = join(DOCS, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

mkdirSync(join(DOCS, 'commands'), { recursive: true })
const pages = await makePages()
const stale = differences(pages)
if (process.argv.includes('--check')) {
  if (stale.length > 0) console.error(`docs: ${stale.join(', ')}: run "npm run docs"`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const file of stale) {
    const text = pages.get(file)
    if (text === undefined) rmSync(join(DOCS, file))
    else writeFileSync(join(DOCS, file), text)
  }
  console.log(`docs: ${pages.size} pages, ${stale.length} changed`)
}
// What the commands load may hold the process, as a database does.
process.exit()
