import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { busyboxImage } from './busybox-image.ts'
import { requireMachine } from './machine.ts'
import { startRegistry } from './registry.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the registry that stands in for docker.io */
    registry: string
    registriesConf: string
  }
}

/** One registry for the whole run, which stands in for docker.io through registries.conf. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  requireMachine()
  const directory = mkdtempSync(join(tmpdir(), 'tspod-registry-'))
  const registry = await startRegistry(directory)
  await registry.push('library/alpine', 'latest', await busyboxImage())
  const registriesConf = join(directory, 'registries.conf')
  writeFileSync(
    registriesConf,
    [
      'unqualified-search-registries = ["docker.io"]',
      // in its place rather than as a mirror, so that no test ever asks the real one
      `[[registry]]\nprefix = "docker.io"\nlocation = "${registry.host}"\ninsecure = true`,
      `[[registry]]\nlocation = "${registry.host}"\ninsecure = true`,
      '',
    ].join('\n'),
  )
  project.provide('registry', registry.host)
  project.provide('registriesConf', registriesConf)
  return async () => {
    await registry[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  }
}
