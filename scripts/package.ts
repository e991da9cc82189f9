/**
 * `npm run package [-- --single[=ARCHITECTURE]]`: into dist/package/ all that the npm package contains,
 * and its archive beside it; with `--single` also one executable file with node inside, for this
 * machine's architecture or another one, or `all`. Prints what it made.
 */

import { statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ARCHITECTURES, type Architecture, ownArchitecture } from './native-parts.ts'
import { makeSingleFile } from './package/single-file.ts'
import { stagePackage } from './package/stage.ts'
import { runProgram } from './run-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function singlesAskedFor(argv: readonly string[]): readonly Architecture[] {
  const plain = argv.map((arg) => (arg === '--single' ? `--single=${ownArchitecture()}` : arg))
  const { single } = parseArgs({ args: plain, options: { single: { type: 'string' } } }).values
  if (single === undefined) return []
  const asked = ARCHITECTURES.filter((one) => single === 'all' || one === single)
  if (asked.length === 0) throw new Error(`--single is for ${ARCHITECTURES.join(', ')} or all, not for ${single}`)
  return asked
}

const singles = singlesAskedFor(process.argv.slice(2))
await runProgram(process.execPath, [join(ROOT, 'scripts/build.ts'), '--all'])
const { directory, archiveName } = stagePackage(ROOT)
await runProgram('npm', ['pack', '--silent', '--pack-destination', join(ROOT, 'dist'), directory], { stdout: 'ignore' })
const made = [join(ROOT, 'dist', archiveName)]
for (const architecture of singles) made.push(await makeSingleFile(ROOT, { directory, architecture }))
for (const file of made) {
  const megabytes = (statSync(file).size / 1e6).toFixed(1)
  console.log(
    `${relative(ROOT, file)} (${basename(file).endsWith('.tgz') ? 'npm package' : 'single file'}, ${megabytes} MB)`,
  )
}
