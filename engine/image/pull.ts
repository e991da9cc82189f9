import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import type { PullEvent } from '../../storage/images/progress.ts'
import { pullImage } from '../../storage/images/pull.ts'
import { parseTransport } from '../../storage/transports/parse-transport.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import type { PullPolicy } from '../request.ts'
import { type ChosenName, chooseName } from './choose-name.ts'
import { listRemoteTags } from './list-remote-tags.ts'
import { withMeantImage } from './meant-image.ts'
import { type OpenAccess, openAccess, type RegistryAccess } from './registry-access.ts'
import { type PlatformWords, requestedPlatform } from './requested-platform.ts'
import { openTrust, type TrustOptions } from './trust.ts'

/** How a pull tells what it does. */
export interface PullIo {
  readonly onProgress: (event: PullEvent) => void
  /** a line for the user: a retry, a mirror that failed */
  readonly onNotice: (line: string) => void
}

export interface PulledImage {
  readonly image: Image
  /** in full */
  readonly name: string
  /** the name meant another image before, or none */
  readonly isNew?: boolean
}

export interface PullOptions extends PullIo, PlatformWords, RegistryAccess, TrustOptions {
  readonly policy?: PullPolicy
}

/**
 * As `fetchNamed`, and where a registry does not know the name the nearest one that is here is in the hint.
 *
 * @throws {TspodError} as fetchNamed
 */
export async function pull(engine: Engine, name: string, options: PullOptions): Promise<PulledImage[]> {
  try {
    return await fetchNamed(engine, name, options)
  } catch (error) {
    throw withMeantImage(engine, name, { error })
  }
}

/**
 * Fetches an image and stores it under its full name; of an archive all that it has.
 *
 * @throws {TspodError} see storage/images/pull.ts, pullFromPlace
 * @see podman-pull(1), containers-transports(5)
 */
export async function fetchNamed(engine: Engine, name: string, options: PullOptions): Promise<PulledImage[]> {
  const location = parseTransport(name)
  if (location.transport === 'docker') {
    return [await pullWith(engine, name, { options, access: await openAccess(engine, options) })]
  }
  if (location.transport === 'containers-storage') {
    throw new TspodError('E_BAD_TRANSPORT', `${name}: what is in storage needs no pull`, {
      hint: `name it without the transport: ${location.name}`,
    })
  }
  const { pullFromPlace } = await import('./load.ts')
  const loaded = await pullFromPlace(engine, location, options)
  return loaded.map(({ image, names }) => ({ image, name: names[0] ?? image.id }))
}

/**
 * Fetches all images of a repository, one for each tag. A tag that is no image tspod can run, such
 * as a signature, is passed over with a notice.
 *
 * @throws {TspodError} as pull; E_BAD_REFERENCE: the name has a tag
 */
export async function pullAllTags(engine: Engine, name: string, options: PullOptions): Promise<PulledImage[]> {
  const access = await openAccess(engine, options)
  const { repository, tags } = await listRemoteTags(name, access, { onNotice: options.onNotice })
  const images: PulledImage[] = []
  for (const tag of tags) {
    try {
      images.push(await pullWith(engine, `${repository}:${tag}`, { options, access }))
    } catch (error) {
      if (!isOfAnotherKind(error)) throw error
      options.onNotice(`${tag} is left out: ${error.message}`)
    }
  }
  return images
}

async function pullWith(
  engine: Engine,
  name: string,
  { options, access }: { readonly options: PullOptions; readonly access: OpenAccess },
): Promise<PulledImage> {
  const { onNotice, policy } = options
  const chosen = await choose(engine, name, { options, access })
  let fullName = chosen.name
  let before: string | undefined
  const image = await pullImage(engine.storage, chosen.name, {
    onProgress(event) {
      if (event.type === 'resolved') {
        fullName = event.reference
        before = engine.storage.images.find(fullName)?.id
      }
      options.onProgress(event)
    },
    onNotice,
    ...(policy === undefined ? {} : { policy }),
    trust: openTrust(engine, options),
    onVerified: options.onVerified,
    registries: access.registries,
    tlsVerify: access.tlsVerify,
    registry: access.registry,
    maxDownloads: access.maxDownloads,
    platform: requestedPlatform(options),
  })
  await chosen.remember()
  recordImageEvent(engine, 'pull', { id: image.id, name: fullName })
  return { image, name: fullName, isNew: before !== image.id }
}

/** Where an image in storage will do, nobody is asked. */
async function choose(
  engine: Engine,
  name: string,
  { options, access }: { readonly options: PullOptions; readonly access: OpenAccess },
): Promise<ChosenName> {
  const { chooseName: ask, policy = 'always' } = options
  const mayBeLocal = policy !== 'always' && (policy === 'never' || engine.storage.images.find(name) !== undefined)
  if (!ask || mayBeLocal) return { name, remember: async () => {} }
  return await chooseName(engine, name, { registries: access.registries, choose: ask })
}

function isOfAnotherKind(error: unknown): error is TspodError {
  return error instanceof TspodError && (error.code === 'E_UNSUPPORTED_MANIFEST' || error.code === 'E_NO_PLATFORM')
}
