import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockedPackage } from '../fetched-package.ts'
import { ARCHITECTURES } from '../native-parts.ts'

/** Of the repository as they are. */
const FILES = ['LICENSE', 'README.md', 'bin/tspod', 'docs/ci']

/**
 * Puts together what the npm package contains, with a manifest of its own: all that tspod imports is in
 * the bundle, so the only thing npm has to install beside it is node.
 */
export function stagePackage(root: string, out: string): { readonly directory: string; readonly archiveName: string } {
  const directory = join(out, 'package')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(join(directory, 'dist'), { recursive: true })
  for (const file of FILES) cpSync(join(root, file), join(directory, file), { recursive: true })
  const built = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.cjs'))
  for (const name of [...built, ...ARCHITECTURES])
    cpSync(join(root, 'dist', name), join(directory, 'dist', name), { recursive: true })
  cpSync(join(root, 'dist/THIRD-PARTY.txt'), join(directory, 'THIRD-PARTY.txt'))
  const { name, version, ...manifest } = packedManifest(root)
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ name, version, ...manifest }, undefined, 2)}\n`)
  return { directory, archiveName: `${name}-${version}.tgz` }
}

interface PackedManifest {
  readonly name: string
  readonly version: string
  readonly [key: string]: unknown
}

/** Node in exactly the version that the tests ran with. Source: package.json(5). */
function packedManifest(root: string): PackedManifest {
  const { name, version, description, license, bin, os, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as PackedManifest
  const nodes = Object.keys(optionalDependencies as object).map((node) => [node, lockedPackage(root, node).version])
  return {
    name,
    version,
    description,
    license,
    bin,
    os,
    cpu: ARCHITECTURES,
    optionalDependencies: Object.fromEntries(nodes),
  }
}
