import { dirname, join } from 'node:path'
import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'

/** Images that come inside the package as OCI layouts beside the launcher, by the name a user types. */
const BUILT_IN: Readonly<Record<string, { readonly layout: string; readonly name: string }>> = {
  hello: { layout: 'hello', name: 'localhost/hello:latest' },
}

/** A container can be made of these where no registry is reached. */
export const BUILT_IN_NAMES = Object.keys(BUILT_IN)

/** Loads the built-in image of this name on its first use; undefined where there is none. */
export async function findBuiltIn(engine: Engine, name: string): Promise<Image | undefined> {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined
  if (!builtIn) return undefined
  const { loadOciLayout } = await import('../../storage/images/layout.ts')
  return await loadOciLayout(engine.storage, join(dirname(engine.launcher), builtIn.layout), builtIn.name)
}
