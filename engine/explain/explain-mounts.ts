import type { ExplainedValue, ValuesInput } from './explain-values.ts'

/** Everything that is mounted, and who asked for it. */
export function explainMounts({
  engine,
  request,
  places,
  image,
  config,
  found,
  secrets,
}: ValuesInput): ExplainedValue[] {
  const volumes = new Map(found.map((volume) => [volume.kept.destination, volume]))
  const sourceOf = (destination: string, source: string): string => {
    const volume = volumes.get(destination)
    if (volume?.kept.anonymous && image.config.volumes.includes(destination)) return 'the image'
    if (ofConf(destination)) return ofConf(destination) ?? 'default'
    if (volume || isNamedBy(request.volumes, destination)) return flagOf(destination)
    if (isNamedBy(request.tmpfs, destination)) return '--tmpfs'
    if (isNamedBy(request.mounts, destination)) return '--mount'
    if (secrets.some(({ target }) => target !== undefined && `${target}/`.startsWith(`${destination}/`)))
      return '--secret'
    if (source.startsWith(`${engine.storage.paths.root}/`)) return 'default: the engine makes it'
    return 'default'
  }
  /** What a flag mounts at the same place wins. */
  const ofConf = (destination: string): string | undefined => {
    const { volumes, mounts, tmpfs, defaults } = request
    if ([volumes, mounts, tmpfs].some((texts) => isNamedBy(texts, destination))) return undefined
    if (isNamedBy(defaults?.volumes, destination)) return places.volumes
    return isNamedBy(defaults?.mounts, destination) ? places.mounts : undefined
  }
  const flagOf = (destination: string): string => {
    if (isNamedBy(request.volumes, destination)) return '--volume'
    if (isNamedBy(request.mounts, destination)) return '--mount'
    return request.volumesFrom?.length ? '--volumes-from' : '--volume'
  }
  return config.spec.mounts.map(({ destination, type, source, options }) => {
    const name = volumes.get(destination)?.kept.name
    const what = type === 'bind' ? (name ? `volume ${name}` : source) : type
    return {
      subject: `mount ${destination}`,
      value: `${what} (${options.join(',')})`,
      decidedBy: sourceOf(destination, source),
    }
  })
}

/** Whether one of the texts names this place: as a part between colons, commas or an equals sign. */
function isNamedBy(texts: readonly string[] | undefined, destination: string): boolean {
  return (texts ?? []).some((text) =>
    text.split(/[:,=]/).some((part) => part.replace(/(?<=.)\/+$/, '') === destination),
  )
}
