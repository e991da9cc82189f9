import { TspodError } from '../../base/errors.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { RunRequest } from '../request.ts'
import { quote } from './bad-value.ts'
import { normalizeTarget } from './parse-target.ts'
import { parseTmpfs } from './parse-tmpfs.ts'
import { anonymousVolume, parseVolume, type VolumeRequest } from './parse-volume.ts'

/**
 * What the container mounts from outside: every `-v`, and an anonymous volume for each VOLUME of
 * the image that no `-v` or `--tmpfs` covers. The caller finds or makes the sources.
 *
 * @param cwd absolute; relative sources are relative to it
 * @throws {TspodError} E_BAD_VOLUME, E_BAD_SIZE, E_UNSUPPORTED_OPTION
 * @throws {TspodError} E_DUPLICATE_MOUNT: two of them have the same target
 */
export function parseVolumes(
  request: Pick<RunRequest, 'volumes' | 'tmpfs'>,
  image: Pick<ImageConfig, 'volumes'>,
  cwd: string,
): VolumeRequest[] {
  const volumes = (request.volumes ?? []).map((text) => parseVolume(text, cwd))
  const tmpfs = (request.tmpfs ?? []).map(parseTmpfs)
  const targets = new Set<string>()
  for (const { target } of [...volumes, ...tmpfs]) {
    if (targets.has(target)) throw new TspodError('E_DUPLICATE_MOUNT', `duplicate mount destination: ${quote(target)}`)
    targets.add(target)
  }
  const ofImage = new Set(image.volumes.map(normalizeTarget).filter((path) => path !== '/' && !path.includes('\0')))
  return [...volumes, ...[...ofImage].filter((target) => !targets.has(target)).map(anonymousVolume)]
}
