import { TspodError } from '../../base/errors.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { quote } from './bad-value.ts'
import { isKernelPath } from './kernel-paths.ts'
import type { OciMount } from './oci.ts'
import { parseMount } from './parse-mount.ts'
import { normalizeTarget } from './parse-target.ts'
import { parseTmpfs, tmpfsOptions } from './parse-tmpfs.ts'
import { anonymousVolume, parseVolume, type VolumeRequest } from './parse-volume.ts'

/** All that a container mounts of its own. */
export interface RequestedMounts {
  /** with a source, which the caller finds or makes */
  readonly volumes: readonly VolumeRequest[]
  /** without one */
  readonly filesystems: readonly OciMount[]
}

/** What the request and the image say of mounts. */
export type MountsRequest = Pick<
  RunRequest,
  'volumes' | 'makeSources' | 'tmpfs' | 'tmpfsCopyUp' | 'tmpfsNoexec' | 'mounts' | 'imageVolume'
>

/**
 * What the container mounts from outside: every `-v`, `--mount` and `--tmpfs`, and for each VOLUME
 * of the image, but in /proc, /sys and /dev, that none of them and nothing in `taken` covers what --image-volume says, an
 * anonymous volume. The same -v twice is one, as with podman.
 *
 * @param cwd absolute; relative sources are relative to it
 * @param taken targets of what comes from --volumes-from
 * @throws {TspodError} E_BAD_VOLUME, E_BAD_MOUNT, E_BAD_SIZE, E_UNSUPPORTED_OPTION
 * @throws {TspodError} E_DUPLICATE_MOUNT: two of them have the same target
 */
export function parseVolumes(
  request: MountsRequest,
  image: Pick<ImageConfig, 'volumes'>,
  { cwd, taken = [] }: { readonly cwd: string; readonly taken?: readonly string[] },
): RequestedMounts {
  const defaults = { copyUp: request.tmpfsCopyUp ?? true, noexec: request.tmpfsNoexec ?? false }
  const mounts = (request.mounts ?? []).map((text) => parseMount(text, cwd, defaults))
  const volumes = [
    ...[...new Set(request.volumes)].map((text) => ({
      ...parseVolume(text, cwd),
      ...(request.makeSources && { createSource: true as const }),
    })),
    ...mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.volume] : [])),
  ]
  const filesystems = [
    ...(request.tmpfs ?? []).map((text) => tmpfsMount(parseTmpfs(text, defaults))),
    ...mounts.flatMap((mount) => (mount.kind === 'filesystem' ? [mount.mount] : [])),
  ]
  const targets = distinct([...volumes.map(({ target }) => target), ...filesystems.map((mount) => mount.destination)])
  const ofImage = imageVolumes(image).filter((path) => !isKernelPath(path))
  const left = ofImage.filter((target) => !targets.has(target) && !taken.includes(target))
  switch (request.imageVolume) {
    case 'ignore':
      return { volumes, filesystems }
    case 'tmpfs': {
      const options = tmpfsOptions(['exec'], { text: '', defaults })
      return { volumes, filesystems: [...filesystems, ...left.map((target) => tmpfsMount({ target, options }))] }
    }
    default:
      return { volumes: [...volumes, ...left.map(anonymousVolume)], filesystems }
  }
}

/** Those that an image says and does not get, a line each: /proc, /sys and /dev are the kernel's. */
export function volumeNotes({ imageVolume }: MountsRequest, image: Pick<ImageConfig, 'volumes'>): string[] {
  if (imageVolume === 'ignore') return []
  return imageVolumes(image)
    .filter(isKernelPath)
    .map((path) => `the image wants a volume at ${quote(path)}, where the kernel's files are: it gets none`)
}

function imageVolumes({ volumes }: Pick<ImageConfig, 'volumes'>): string[] {
  const paths = volumes.map(normalizeTarget).filter((path) => path !== '/' && !path.includes('\0'))
  return [...new Set(paths)]
}

/** One target twice is a mistake, but for globs, whose targets are known when they are resolved. */
function distinct(targets: readonly string[]): Set<string> {
  const seen = new Set<string>()
  for (const target of targets) {
    if (target !== '' && seen.has(target)) throw duplicateMount(target)
    seen.add(target)
  }
  return seen
}

export function duplicateMount(target: string): TspodError {
  return new TspodError('E_DUPLICATE_MOUNT', `duplicate mount destination: ${quote(target)}`)
}

function tmpfsMount({ target, options }: { readonly target: string; readonly options: readonly string[] }): OciMount {
  return { destination: target, type: 'tmpfs', source: 'tmpfs', options }
}
