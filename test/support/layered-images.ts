import { push } from './registry.ts'
import { type BuiltImage, imageOf, type TarEntry, tarOf } from './tar-image.ts'

/** An image in the registry with a layer for each list of files. Those with the same beginning are of one family. */
export async function publishLayers(
  host: string,
  name: string,
  layers: readonly (readonly TarEntry[])[],
  config: Record<string, unknown> = {},
): Promise<BuiltImage> {
  const image = imageOf(await Promise.all(layers.map(tarOf)), { config })
  const [repository = '', tag = 'latest'] = name.split(':')
  await push(host, repository, tag, image)
  return image
}

/** The image's id. */
export function idOf({ config }: BuiltImage): string {
  return config.digest.slice('sha256:'.length)
}
