import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { findBuiltIn } from './built-in.ts'
import type { PullIo } from './pull.ts'

export type { PullIo } from './pull.ts'

/**
 * The image that `run` asks for, fetched where the pull policy says so.
 *
 * @throws {TspodError} E_IMAGE_NOT_KNOWN: it is not here and the policy is `never`
 * @see podman-run(1), "--pull"
 */
export async function ensureImage(engine: Engine, request: RunRequest, io: PullIo): Promise<Image> {
  const policy = request.pull ?? 'missing'
  const local =
    policy === 'always'
      ? undefined
      : (engine.storage.images.find(request.image) ?? (await findBuiltIn(engine, request.image)))
  if (local && policy !== 'newer') return local
  if (policy === 'never') {
    throw new TspodError('E_IMAGE_NOT_KNOWN', `${request.image}: image not known`, {
      hint: `run "tspod pull ${request.image}" first`,
    })
  }
  const { pull } = await import('./pull.ts')
  return await pull(engine, request.image, {
    ...io,
    ...(request.platform === undefined ? {} : { platform: request.platform }),
    policy,
  })
}
