import { goMap } from '../../engine/go-map.ts'
import type { Volume } from '../../engine/volume/list.ts'
import { formatJsonTime } from '../../ui/text/times.ts'
import type { Style } from '../style/style.ts'
import { withGoFields } from './go-fields.ts'
import { PODMAN_FIELDS } from './podman-fields.ts'

/** What `inspect` and templates show. Source: podman-volume-inspect(1). */
export function volumeReport(volume: Volume) {
  const { uid, gid, ...options } = volume.options
  const ownUid = Number(uid ?? 0)
  const ownGid = Number(gid ?? 0)
  return {
    Name: volume.name,
    Driver: 'local',
    Mountpoint: volume.path,
    CreatedAt: formatJsonTime(volume.createdAtMs),
    Labels: goMap(volume.labels),
    Scope: 'local',
    Options: goMap<string>(options),
    ...(ownUid === 0 ? {} : { UID: ownUid }),
    ...(ownGid === 0 ? {} : { GID: ownGid }),
    ...(volume.anonymous ? { Anonymous: true } : {}),
    MountCount: 0,
    NeedsCopyUp: !volume.filled,
    NeedsChown: !volume.filled && uid === undefined && gid === undefined,
  }
}

/** An element of `volume ls --format json`. */
export function volumeJson(volume: Volume, style: Style): Readonly<Record<string, unknown>> {
  if (style.engine === 'podman') return volumeReport(volume)
  return {
    Availability: 'N/A',
    Driver: 'local',
    Group: 'N/A',
    Labels: labelsText(volume),
    Links: 'N/A',
    Mountpoint: volume.path,
    Name: volume.name,
    Scope: 'local',
    Size: 'N/A',
    Status: 'N/A',
  }
}

/** What a template of `volume ls` may name: in docker labels are one text there. Source: docker-volume-ls(1), "--format". */
export function volumeFields(volume: Volume, style: Style) {
  if (style.engine === 'podman') return withGoFields(volumeReport(volume), PODMAN_FIELDS.volume)
  return { ...volumeJson(volume, style), Label: (name: unknown) => volume.labels[String(name)] ?? '' }
}

function labelsText({ labels }: Volume): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',')
}
