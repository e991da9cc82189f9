/** What of tspod is machine code: two programs, the image `hello` and two addons, for the architectures it is made for. */

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { crossCompiler } from './cross-compiler.ts'
import { fetchedPackage } from './fetched-package.ts'
import { writeHelloLayout } from './hello-layout.ts'
import { runProgram } from './run-program.ts'

/** As node calls them. */
export const ARCHITECTURES = ['x64', 'arm64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** The one of this machine. */
export function ownArchitecture(): Architecture {
  const own = ARCHITECTURES.find((one) => one === process.arch)
  if (!own) throw new Error(`tspod is made for ${ARCHITECTURES.join(' and ')}, not for ${process.arch}`)
  return own
}

/** Makes all of them in `dist/ARCHITECTURE`; what is up to date is left alone. */
export async function buildNativeParts(root: string, architecture: Architecture): Promise<void> {
  const out = join(root, 'dist', architecture)
  mkdirSync(out, { recursive: true })
  let found: Promise<string> | undefined
  const compiler: FindCompiler = () => {
    found ??= compilerFor(root, architecture)
    return found
  }
  await Promise.all([
    buildProgram(join(root, 'engine/launcher'), { out: join(out, 'launcher'), compiler }),
    buildProgram(join(root, 'network/gateway'), { out: join(out, 'gateway'), compiler }),
    buildHello(join(root, 'engine/image/hello'), { layout: join(out, 'hello'), compiler, architecture }),
    copyAddons(root, out, architecture),
  ])
}

/** Looks for it when something is to be compiled. */
type FindCompiler = () => Promise<string>

/** musl makes small programs, and is taken where it is installed. */
async function compilerFor(root: string, architecture: Architecture): Promise<string> {
  if (architecture !== process.arch) return await crossCompiler(root, architecture)
  return existsSync('/usr/bin/musl-gcc') ? 'musl-gcc' : 'cc'
}

/** A program in C, by the build.sh beside its sources. */
async function buildProgram(source: string, { out, compiler }: { out: string; compiler: FindCompiler }): Promise<void> {
  if (isUpToDate(out, source)) return
  await runProgram('sh', [join(source, 'build.sh'), out], { env: { ...process.env, CC: await compiler() } })
}

async function buildHello(
  source: string,
  { layout, compiler, architecture }: { layout: string; compiler: FindCompiler; architecture: Architecture },
): Promise<void> {
  if (isUpToDate(join(layout, 'index.json'), source)) return
  const program = `${layout}.new`
  const flags = ['-Os', '-static', '-s', '-Wall', '-Wextra', '-Werror']
  await runProgram(await compiler(), [...flags, '-o', program, join(source, 'hello.c')])
  chmodSync(program, 0o755)
  rmSync(layout, { recursive: true, force: true })
  await writeHelloLayout(program, { layout, architecture: architecture === 'x64' ? 'amd64' : architecture })
  rmSync(program)
}

/** better-sqlite3 comes with the addons of all architectures, koffi has a package for each. */
async function copyAddons(root: string, out: string, architecture: Architecture): Promise<void> {
  const koffi = await fetchedPackage(root, `@koromix/koffi-linux-${architecture}`)
  const sqlite = join(root, `node_modules/better-sqlite3/prebuilds/linux-${architecture}.node`)
  replaceByCopy(sqlite, join(out, 'better_sqlite3.node'))
  replaceByCopy(join(koffi, `linux_${architecture}/koffi.node`), join(out, 'koffi.node'))
}

/** In one rename: a library that is overwritten in place kills whoever uses it. */
function replaceByCopy(from: string, to: string): void {
  const { size, mtimeMs } = statSync(from)
  if (existsSync(to) && statSync(to).size === size && statSync(to).mtimeMs > mtimeMs) return
  const temporary = `${to}.${process.pid}`
  copyFileSync(from, temporary)
  renameSync(temporary, to)
}

function isUpToDate(out: string, source: string): boolean {
  if (!existsSync(out)) return false
  const built = statSync(out).mtimeMs
  return readdirSync(source).every((name) => statSync(join(source, name)).mtimeMs < built)
}
