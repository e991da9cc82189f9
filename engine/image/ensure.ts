import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import { formatPlatform, isForPlatform } from '../../storage/registry/platform.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { BUILT_IN_NAMES, findBuiltIn } from './built-in.ts'
import { withMeantImage } from './meant-image.ts'
import { noImage } from './no-image.ts'
import type { PullIo } from './pull.ts'
import { namesPlatform, requestedPlatform } from './requested-platform.ts'

export type { PullIo } from './pull.ts'

/**
 * The image that `run` asks for, fetched where the pull policy says so; one that says nothing where
 * it asks for a directory of the host's instead.
 *
 * @throws {TspodError} E_IMAGE_NOT_KNOWN: it is not here and the policy is `never`
 * @throws {TspodError} E_NO_PLATFORM: it is, for another platform
 * @see podman-run(1), "--pull"
 */
export async function ensureImage(engine: Engine, request: RunRequest, io: PullIo): Promise<Image> {
  if (request.rootfs) return noImage()
  const policy = request.pull ?? 'missing'
  const local = policy === 'always' ? undefined : await findLocal(engine, request)
  if (local && policy !== 'newer') return local
  if (policy === 'never') {
    const other = engine.storage.images.find(request.image)
    if (other) throw otherPlatform(request, other)
    throw new TspodError('E_IMAGE_NOT_KNOWN', `${request.image}: image not known`, {
      hint: `run "tspod pull ${request.image}" first`,
    })
  }
  const { fetchNamed } = await import('./pull.ts')
  const { platform, os, arch, variant } = request
  const asked = fetchNamed(engine, request.image, {
    ...io,
    ...request.registry,
    ...(platform === undefined ? {} : { platform }),
    ...(os === undefined ? {} : { os }),
    ...(arch === undefined ? {} : { arch }),
    ...(variant === undefined ? {} : { variant }),
    policy,
  })
  const [pulled] = await asked.catch((error: unknown) => {
    throw withMeantImage(engine, request.image, { error, builtIn: BUILT_IN_NAMES })
  })
  if (!pulled) throw new Error(`a pull of ${request.image} that brought nothing`)
  return pulled.image
}

/** An image of another platform than the one asked for does not count. */
async function findLocal(engine: Engine, request: RunRequest): Promise<Image | undefined> {
  const image = engine.storage.images.find(request.image) ?? (await findBuiltIn(engine, request.image))
  if (!image || !namesPlatform(request)) return image
  return isForPlatform(image.config, requestedPlatform(request)) ? image : undefined
}

function otherPlatform(request: RunRequest, { config }: Image): TspodError {
  const [wanted, found] = [formatPlatform(requestedPlatform(request)), formatPlatform(config)]
  const flags = request.platform === undefined ? '--os, --arch and --variant' : '--platform'
  return new TspodError('E_NO_PLATFORM', `${request.image} is here for ${found}, not for ${wanted}`, {
    hint: `leave ${flags} out, or run "tspod pull --platform ${wanted} ${request.image}" first`,
  })
}
