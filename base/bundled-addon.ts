import { join } from 'node:path'

/**
 * A native addon that the build put beside the bundle, in a directory for the architecture, so that no package has to be searched for
 * it; undefined when run from the sources, where the package finds its own.
 */
export function bundledAddon(name: string): object | undefined {
  if (import.meta.filename.endsWith('.ts')) return undefined
  const loaded: { exports: object } = { exports: {} }
  process.dlopen(loaded, join(import.meta.dirname, process.arch, `${name}.node`))
  return loaded.exports
}
