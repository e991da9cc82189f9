export interface ContainerenvInput {
  readonly version: string
  readonly name: string
  readonly id: string
  readonly image: string
  readonly imageId: string
  readonly rootless: boolean
  readonly privileged: boolean
}

/**
 * The text of /run/.containerenv, by which programs know that they are in a container. Only a
 * privileged one is told in which.
 *
 * @see podman-run(1), "--privileged", on /run/.containerenv
 */
export function containerenvFile(input: ContainerenvInput): string {
  if (!input.privileged) return ''
  const values = {
    engine: `tspod-${input.version}`,
    name: input.name,
    id: input.id,
    image: input.image,
    imageid: input.imageId,
  }
  const lines = Object.entries(values).map(([key, value]) => `${key}="${value.replace(/[^\x20-\x7e]|["\\$`]/g, '')}"\n`)
  return `${lines.join('')}rootless=${input.rootless ? 1 : 0}\n`
}
