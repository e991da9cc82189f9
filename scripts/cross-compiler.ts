import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Architecture } from './native-parts.ts'
import { runProgram } from './run-program.ts'

/** How Debian calls an architecture, and the compiler for it. */
const TARGETS = {
  x64: { debian: 'amd64', triplet: 'x86_64-linux-gnu', package: 'gcc-x86-64-linux-gnu', musl: 'x86_64-linux-musl' },
  arm64: {
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    package: 'gcc-aarch64-linux-gnu',
    musl: 'aarch64-linux-musl',
  },
} as const satisfies Record<Architecture, object>

/**
 * Path of a compiler that makes static programs for an architecture that is not this machine's:
 * Debian's cross compiler with the musl of that architecture, which is fetched with apt into dist/
 * and installed nowhere.
 */
export async function crossCompiler(root: string, architecture: Architecture): Promise<string> {
  const target = TARGETS[architecture]
  const gcc = `/usr/bin/${target.triplet}-gcc`
  if (!existsSync(gcc)) throw new Error(`there is no ${gcc}: apt-get install ${target.package}`)
  const directory = join(root, 'dist/cross', architecture)
  const compiler = join(directory, 'musl-gcc')
  // It names where it is, so in a checkout that was moved it is made anew.
  if (existsSync(compiler) && readFileSync(compiler, 'utf8').includes(`"${directory}/`)) return compiler
  const unfinished = `${directory}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(join(unfinished, 'lists/partial'), { recursive: true })
  await fetchMusl(unfinished, target.debian)
  const specs = readFileSync(join(unfinished, `usr/lib/${target.musl}/musl-gcc.specs`), 'utf8')
  const moved = specs.replaceAll(/\/usr\/(?=lib\/|include\/)/g, `${directory}/usr/`)
  writeFileSync(join(unfinished, 'musl-gcc.specs'), moved)
  const wrapper = join(unfinished, 'musl-gcc')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${gcc} "$@" -specs "${directory}/musl-gcc.specs"\n`)
  chmodSync(wrapper, 0o755)
  rmSync(directory, { recursive: true, force: true })
  renameSync(unfinished, directory)
  return compiler
}

/** With lists and a cache of its own, so that this machine's apt learns of no other architecture. Source: apt.conf(5). */
async function fetchMusl(directory: string, debian: string): Promise<void> {
  const options = [
    `APT::Architecture=${debian}`,
    `APT::Architectures=${debian}`,
    `Dir::State::Lists=${directory}/lists`,
    `Dir::Cache=${directory}/cache`,
    'Dir::State::status=/dev/null',
    `APT::Sandbox::User=${process.env['USER'] ?? 'root'}`,
    'APT::Update::Post-Invoke=',
  ].flatMap((option) => ['-o', option])
  mkdirSync(join(directory, 'cache/archives/partial'), { recursive: true })
  await runProgram('apt-get', [...options, '-qq', 'update'])
  await runProgram('apt-get', [...options, '-qq', 'download', 'musl-dev'], { cwd: directory })
  const archive = readdirSync(directory).find((name) => name.endsWith('.deb'))
  if (!archive) throw new Error(`apt-get fetched no musl-dev for ${debian}`)
  await runProgram('dpkg-deb', ['--extract', join(directory, archive), directory])
  for (const name of [archive, 'lists', 'cache']) rmSync(join(directory, name), { recursive: true })
}
