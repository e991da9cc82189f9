import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

/**
 * Directory of a package that package-lock.json names: where it is installed, else fetched from the
 * registry into dist/, as npm installs none that are for another architecture.
 */
export async function fetchedPackage(root: string, name: string): Promise<string> {
  const installed = join(root, 'node_modules', name)
  if (existsSync(join(installed, 'package.json'))) return installed
  const { version, integrity } = lockedPackage(root, name)
  const directory = join(root, 'dist/fetched', `${name.replace('/', '-')}-${version}`)
  if (existsSync(directory)) return directory
  const unfinished = `${directory}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  try {
    await runProgram('npm', ['pack', '--silent', '--pack-destination', unfinished, `${name}@${version}`], {
      stdout: 'ignore',
    })
    const archive = join(unfinished, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64')
    if (`sha512-${digest}` !== integrity) throw new Error(`${name}@${version} is not what package-lock.json has`)
    await runProgram('tar', ['-xzf', archive, '-C', unfinished])
    renameSync(join(unfinished, 'package'), directory)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return directory
}

/** What package-lock.json says of a package. Source: package-lock.json(5), "packages". */
export function lockedPackage(root: string, name: string): { version: string; integrity: string } {
  const lock: { packages: Record<string, { version?: string; integrity?: string }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {}
  if (!version || !integrity) throw new Error(`package-lock.json has no ${name}`)
  return { version, integrity }
}
