import { fileURLToPath } from 'node:url'

/**
 * A native addon that the build put beside the bundle, in a directory for the architecture, so that no package has to be searched for
 * it; undefined when run from the sources, where the package finds its own.
 */
export function bundledAddon(name: string): object | undefined {
  const here = import.meta.url
  if (here.endsWith('.ts')) return undefined
  const loaded: { exports: object } = { exports: {} }
  process.dlopen(loaded, fileURLToPath(new URL(`./${process.arch}/${name}.node`, here)))
  return loaded.exports
}
