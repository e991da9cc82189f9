import { createHash } from 'node:crypto'
import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fetchedPackage } from '../fetched-package.ts'
import { ARCHITECTURES, type Architecture } from '../native-parts.ts'
import { runProgram } from '../run-program.ts'

/** What stands for the part of bin/tspod that finds node, up to the next empty line. */
const MARK = /^# The part up to the next empty line is another one in a single file.*\n(?:.+\n)+/m

/** Digits of the place where the parts begin: the script has the same length whatever it is. */
const OFFSET_DIGITS = 8

/**
 * One executable file: bin/tspod, and behind it the package and node, which it unpacks on its first use.
 * A file of its own for each process it starts has to be: a program can be executed, and an addon loaded,
 * from a file only.
 * @param directory of `stagePackage`
 * @param out where it is made; returns its path
 */
export async function makeSingleFile(
  root: string,
  {
    directory,
    architecture,
    out,
  }: { readonly directory: string; readonly architecture: Architecture; readonly out: string },
): Promise<string> {
  const node = await fetchedPackage(root, `node-linux-${architecture}`)
  const stage = join(out, `single-${architecture}`)
  rmSync(stage, { recursive: true, force: true })
  cpSync(directory, stage, { recursive: true })
  for (const other of ARCHITECTURES) if (other !== architecture) rmSync(join(stage, 'dist', other), { recursive: true })
  cpSync(join(node, 'bin/node'), join(stage, 'node.new'))
  cpSync(join(node, 'LICENSE'), join(stage, 'LICENSE.node'))
  const archive = `${stage}.tar`
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--mode=go-w']
  await runProgram('tar', ['-cf', archive, ...owner, '-C', stage, '.'])
  const parts = gzipSync(readFileSync(archive), { level: 6 })
  const file = join(out, `tspod-linux-${architecture}`)
  const temporary = `${file}.new`
  writeFileSync(
    temporary,
    Buffer.concat([singleFront(root, { architecture, parts, names: neededParts(stage, architecture) }), parts]),
  )
  chmodSync(temporary, 0o755)
  renameSync(temporary, file)
  for (const made of [stage, archive]) rmSync(made, { recursive: true })
  return file
}

/** What a start may need, each by its path where it is unpacked. */
function neededParts(stage: string, architecture: Architecture): string[] {
  const filesIn = (directory: string): string[] =>
    readdirSync(join(stage, directory), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `${directory}/${name}`)
  return ['node', ...filesIn('dist'), ...filesIn(`dist/${architecture}`)]
}

function singleFront(
  root: string,
  {
    architecture,
    parts,
    names,
  }: { readonly architecture: Architecture; readonly parts: Buffer; readonly names: readonly string[] },
): Buffer {
  const script = readFileSync(join(root, 'bin/tspod'), 'utf8')
  const unpack = readFileSync(join(root, 'scripts/package/unpack.sh'), 'utf8')
  if (!MARK.test(script)) throw new Error('bin/tspod has no part that a single file has otherwise')
  const digest = createHash('sha256').update(parts).digest('hex')
  const text = script
    .replace(MARK, () => unpack)
    .replaceAll('@BUILD@', digest.slice(0, 16))
    .replaceAll('@DIGEST@', digest)
    .replaceAll('@PARTS@', names.join(' '))
    .replaceAll('@ARCHITECTURE@', architecture)
    .replaceAll('@OFFSET@', '@'.repeat(OFFSET_DIGITS))
  const offset = String(Buffer.byteLength(text) + 1).padEnd(OFFSET_DIGITS)
  return Buffer.from(text.replaceAll('@'.repeat(OFFSET_DIGITS), offset))
}
