/**
 * `npm run docs`: docs/commands/, a page for each command and an index, and completions/, a script for each
 * shell, from the command table, and docs/errors.md from the table of error codes. With `--check` nothing is
 * written, and it fails where something would be.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commands } from '../cli/commands/index.ts'
import { completionScript, SCRIPT_FILES, SHELLS } from '../cli/complete/completion-script.ts'
import { GLOBAL_OPTIONS } from '../cli/config.ts'
import { errorPage } from '../cli/error-page.ts'
import { commandPage, indexPage, pageName } from '../cli/help/command-page.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** All files in them are made here. */
const FOLDERS = ['docs/commands', 'completions']

/** By their paths in the checkout. */
type Files = ReadonlyMap<string, string>

async function makeFiles(): Promise<Files> {
  const shown = Object.entries(commands).filter(([, entry]) => !entry.hidden)
  const files = new Map([
    ['docs/errors.md', errorPage()],
    ['docs/commands/README.md', indexPage(shown, GLOBAL_OPTIONS)],
  ])
  for (const [name, entry] of shown) {
    const { default: command } = await entry.load()
    files.set(`docs/commands/${pageName(name)}`, commandPage(name, entry, command))
  }
  for (const shell of SHELLS) {
    const text = completionScript(shell, { name: 'tspod', noDescriptions: false })
    files.set(`completions/${SCRIPT_FILES[shell]}`, text)
  }
  return files
}

function differences(files: Files): string[] {
  const there = FOLDERS.flatMap((folder) => listFolder(folder).map((file) => `${folder}/${file}`))
  const changed = [...files].filter(([file, text]) => read(file) !== text)
  return [...changed.map(([file]) => file), ...there.filter((file) => !files.has(file))].sort()
}

function listFolder(folder: string): string[] {
  return existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : []
}

function read(file: string): string | undefined {
  const path = join(ROOT, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

const files = await makeFiles()
const stale = differences(files)
if (process.argv.includes('--check')) {
  if (stale.length > 0) console.error(`${stale.join(', ')}: run "npm run docs"`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const file of stale) {
    const path = join(ROOT, file)
    const text = files.get(file)
    mkdirSync(dirname(path), { recursive: true })
    if (text === undefined) rmSync(path)
    else writeFileSync(path, text)
  }
  console.log(`docs: ${files.size} files, ${stale.length} changed`)
}
// What the commands load may hold the process, as a database does.
process.exit()
