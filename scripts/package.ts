/**
 * `npm run package [-- --single[=ARCHITECTURE]] [--out=DIR]`: into dist/package/, or below DIR, all that the npm
 * package contains, and its archive beside it; with `--single` also one executable file with node inside, for this
 * machine's architecture or another one, or `all`. Prints what it made.
 */

import { statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ARCHITECTURES, type Architecture, ownArchitecture } from './native-parts.ts'
import { makeSingleFile } from './package/single-file.ts'
import { stagePackage } from './package/stage.ts'
import { runProgram } from './run-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const argv = process.argv.slice(2).map((arg) => (arg === '--single' ? `--single=${ownArchitecture()}` : arg))
const asked = parseArgs({ args: argv, options: { single: { type: 'string' }, out: { type: 'string' } } }).values
const out = resolve(asked.out ?? join(ROOT, 'dist'))
const singles = asked.single === undefined ? [] : architecturesNamed(asked.single)
await runProgram(process.execPath, [join(ROOT, 'scripts/build.ts'), '--all'])
const { directory, archiveName } = stagePackage(ROOT, out)
await runProgram('npm', ['pack', '--silent', '--pack-destination', out, directory], { stdout: 'ignore' })
const made = [join(out, archiveName)]
for (const architecture of singles) made.push(await makeSingleFile(ROOT, { directory, architecture, out }))
for (const file of made) {
  const megabytes = (statSync(file).size / 1e6).toFixed(1)
  console.log(
    `${relative(process.cwd(), file)} (${file.endsWith('.tgz') ? 'npm package' : 'single file'}, ${megabytes} MB)`,
  )
}

function architecturesNamed(single: string): readonly Architecture[] {
  const named = ARCHITECTURES.filter((one) => single === 'all' || one === single)
  if (named.length === 0) throw new Error(`--single is for ${ARCHITECTURES.join(', ')} or all, not for ${single}`)
  return named
}
