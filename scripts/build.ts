/** `npm run build`: the launcher, the bundle and the image `hello`, all into dist/. What is up to date is left alone. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { startChild } from '../base/child.ts'
import { writeHelloLayout } from './hello-layout.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')

mkdirSync(DIST, { recursive: true })
await Promise.all([buildLauncher(), buildHello(), buildBundle()])

async function buildLauncher(): Promise<void> {
  const source = join(ROOT, 'engine/launcher')
  const out = join(DIST, 'launcher')
  if (!isUpToDate(out, source)) await run('sh', [join(source, 'build.sh'), out])
}

async function buildHello(): Promise<void> {
  const source = join(ROOT, 'engine/image/hello')
  const layout = join(DIST, 'hello')
  if (isUpToDate(join(layout, 'index.json'), source)) return
  const program = join(DIST, 'hello.new')
  const compiler = existsSync('/usr/bin/musl-gcc') ? 'musl-gcc' : 'cc'
  await run(compiler, ['-Os', '-static', '-s', '-Wall', '-Wextra', '-Werror', '-o', program, join(source, 'hello.c')])
  chmodSync(program, 0o755)
  rmSync(layout, { recursive: true, force: true })
  await writeHelloLayout(program, layout)
  rmSync(program)
}

async function buildBundle(): Promise<void> {
  rmSync(join(DIST, 'chunks'), { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: { tspod: 'cli/main.ts', 'unpack-worker': 'storage/layers/unpack-worker.ts' },
    outdir: DIST,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    // native, so loaded from node_modules
    external: ['better-sqlite3', 'koffi'],
    // for the CommonJS packages in the bundle
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
}

function isUpToDate(out: string, source: string): boolean {
  if (!existsSync(out)) return false
  const built = statSync(out).mtimeMs
  return readdirSync(source).every((name) => statSync(join(source, name)).mtimeMs < built)
}

async function run(file: string, argv: readonly string[]): Promise<void> {
  const child = startChild(file, argv, { stdio: 'inherit' })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`${file} ${argv.join(' ')} failed`)
}
