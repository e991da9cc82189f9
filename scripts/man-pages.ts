/** Writes dist/man/man1: a page for each command and tspod(1), from the command table. `npm run build` runs it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commands } from '../cli/commands/index.ts'
import { GLOBAL_OPTIONS } from '../cli/config.ts'
import { mainManPage, manName, manPage } from '../cli/help/man-page.ts'
import { VERSION } from '../engine/version.ts'

const DIRECTORY = fileURLToPath(new URL('../dist/man/man1', import.meta.url))

const shown = Object.entries(commands).filter(([, entry]) => !entry.hidden)
rmSync(DIRECTORY, { recursive: true, force: true })
mkdirSync(DIRECTORY, { recursive: true })
for (const [name, entry] of shown) {
  const { default: command } = await entry.load()
  writeFileSync(join(DIRECTORY, `${manName(name)}.1`), manPage([name, entry], command, VERSION))
}
// The last one: it is how the build knows that they are all there.
writeFileSync(join(DIRECTORY, 'tspod.1'), mainManPage(shown, GLOBAL_OPTIONS, VERSION))
// What the commands load may hold the process, as a database does.
process.exit()
