/** `npm run check`: types, format and lint, import directions, unused code. All of them run, then it fails if one did. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../base/child.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = join(ROOT, 'node_modules/.bin')

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  types: ['tsc', '-p', 'tsconfig.json'],
  'format and lint': ['biome', 'check', '--error-on-warnings', '.'],
  imports: [
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    'base',
    'cli',
    'engine',
    'network',
    'storage',
    'ui',
  ],
  'unused code': ['knip', '--no-progress'],
  'generated docs': ['node', 'scripts/docs.ts', '--check'],
}

const failed: string[] = []
for (const [name, [program = '', ...argv]] of Object.entries(CHECKS)) {
  const child = startChild(join(BIN, program), argv, { stdio: 'inherit', cwd: ROOT })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name}`)
  if (code !== 0) failed.push(name)
}
process.exitCode = failed.length === 0 ? 0 : 1
