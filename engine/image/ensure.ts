import { TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import type { Image } from '../../storage/images/image.ts'
import { typedNames } from '../../storage/images/images.ts'
import { isForPlatform } from '../../storage/registry/platform.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { findBuiltIn } from './built-in.ts'
import { noImage } from './no-image.ts'
import type { PullIo } from './pull.ts'
import { namesPlatform, requestedPlatform } from './requested-platform.ts'

export type { PullIo } from './pull.ts'

/**
 * The image that `run` asks for, fetched where the pull policy says so; one that says nothing where
 * it asks for a directory of the host's instead.
 *
 * @throws {TspodError} E_IMAGE_NOT_KNOWN: it is not here and the policy is `never`
 * @see podman-run(1), "--pull"
 */
export async function ensureImage(engine: Engine, request: RunRequest, io: PullIo): Promise<Image> {
  if (request.rootfs) return noImage()
  const policy = request.pull ?? 'missing'
  const local = policy === 'always' ? undefined : await findLocal(engine, request)
  if (local && policy !== 'newer') return local
  if (policy === 'never') {
    throw new TspodError('E_IMAGE_NOT_KNOWN', `${request.image}: image not known`, {
      hint: `run "tspod pull ${request.image}" first`,
    })
  }
  const { pull } = await import('./pull.ts')
  const { platform, os, arch, variant } = request
  const asked = pull(engine, request.image, {
    ...io,
    ...request.registry,
    ...(platform === undefined ? {} : { platform }),
    ...(os === undefined ? {} : { os }),
    ...(arch === undefined ? {} : { arch }),
    ...(variant === undefined ? {} : { variant }),
    policy,
  })
  const [pulled] = await asked.catch((error: unknown) => {
    throw withMeantImage(engine, request.image, error)
  })
  if (!pulled) throw new Error(`a pull of ${request.image} that brought nothing`)
  return pulled.image
}

/** No registry knows a name that was misspelt; one of those here may be what was meant. */
function withMeantImage({ storage }: Engine, name: string, error: unknown): unknown {
  if (!(error instanceof TspodError)) return error
  const { code, message, exitCode, hint = 'check the spelling' } = error
  if (code !== 'E_IMAGE_NOT_FOUND' && code !== 'E_REGISTRY_AUTH') return error
  const names = typedNames(storage.images.list().flatMap((image) => image.names))
  return new TspodError(code, message, { exitCode, hint: orMeant(name, names, hint), cause: error })
}

/** An image of another platform than the one asked for does not count. */
async function findLocal(engine: Engine, request: RunRequest): Promise<Image | undefined> {
  const image = engine.storage.images.find(request.image) ?? (await findBuiltIn(engine, request.image))
  if (!image || !namesPlatform(request)) return image
  return isForPlatform(image.config, requestedPlatform(request)) ? image : undefined
}
