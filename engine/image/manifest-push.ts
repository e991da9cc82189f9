import { TspodError } from '../../base/errors.ts'
import { CONTENT_LOCK } from '../../storage/collect.ts'
import type { Digest } from '../../storage/content/digest.ts'
import { formatFor, type ListFormat, type ManifestList } from '../../storage/images/manifest-list.ts'
import { normalizeReference, type Reference } from '../../storage/registry/reference.ts'
import { meaningsOf } from '../../storage/registry/try-registries.ts'
import type { WantedCompression } from '../../storage/transports/convert-manifest.ts'
import { copyImage } from '../../storage/transports/copy-image.ts'
import { readContents } from '../../storage/transports/document-contents.ts'
import type { ImageDocument, ImageSink } from '../../storage/transports/image-place.ts'
import { knownRepositories } from '../../storage/transports/known-repositories.ts'
import { manifestListSource } from '../../storage/transports/manifest-list-source.ts'
import { openPathSink } from '../../storage/transports/open-sinks.ts'
import { formatTransport, parseTransport } from '../../storage/transports/parse-transport.ts'
import { registrySink } from '../../storage/transports/registry-sink.ts'
import { registrySource } from '../../storage/transports/registry-source.ts'
import { becomeCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import type { PullIo } from './pull.ts'
import type { Pushed } from './push.ts'
import { type OpenAccess, openAccess, type RegistryAccess } from './registry-access.ts'
import { noPlaceForSignature, openSigning, type SignOptions, signImage } from './sign.ts'

export interface PushManifestOptions extends PullIo, RegistryAccess, SignOptions {
  /** a name on a registry, or a place with its transport; by default the list's own name */
  readonly destination?: string
  /** of the index; by default what fits its images */
  readonly format?: ListFormat
  readonly compression?: WantedCompression
  /** the images too, not only the index */
  readonly all: boolean
  /** remove the list when it is pushed */
  readonly remove?: boolean
}

const LOCK_TIMEOUT_MS = 600_000

/**
 * Sends a manifest list with its images to a registry, an archive or a directory. What of them is
 * not in storage goes straight there from the registry it is on; what is there already is not sent.
 *
 * @throws {TspodError} E_LIST_NOT_FOUND, E_NO_DESTINATION, E_BAD_TRANSPORT, what copyImage throws
 * @see podman-manifest-push(1)
 */
export async function pushManifest(engine: Engine, ref: string, options: PushManifestOptions): Promise<Pushed> {
  const list = engine.storage.manifestLists.resolve(ref)
  const signer = await openSigning(engine, options)
  const location = parseTransport(destinationOf(list, options.destination))
  if (signer && location.transport !== 'docker') throw noPlaceForSignature(formatTransport(location))
  const { pushed, images } = await send(engine, list, options)
  if (signer && location.transport === 'docker') {
    const access = await openAccess(engine, options)
    const reference = onRegistry(location.name, meaningsOf(location.name, access.registries))
    // The images too: who pulls one of them need not trust the list.
    for (const digest of [pushed.digest, ...images]) await signImage(signer, { reference, digest }, access)
  }
  if (options.remove) engine.storage.manifestLists.remove(list.id)
  return pushed
}

interface Sent {
  readonly pushed: Pushed
  /** of which the list is */
  readonly images: readonly Digest[]
}

async function send(engine: Engine, list: ManifestList, options: PushManifestOptions): Promise<Sent> {
  const { storage } = engine
  const { onProgress, onNotice, format, compression } = options
  const access = await openAccess(engine, options)
  const waiting = { shared: true, doing: 'pushing a manifest list', timeoutMs: LOCK_TIMEOUT_MS }
  using _content = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  const { registries, tlsVerify, registry } = access
  await using source = manifestListSource(storage, list, {
    format: format ?? formatFor(list.entries),
    open: (repository) =>
      registrySource(normalizeReference(repository), { ...registry, onNotice, registries, tlsVerify }),
  })
  const destination = destinationOf(list, options.destination)
  await using sink = openSink(engine, destination, { access, onNotice })
  onProgress({ type: 'resolved', reference: sink.name, action: 'push' })
  if (!options.all) {
    const top = await source.readDocument()
    await sink.writeDocument(top, { isTop: true })
    await sink.commit()
    return sent(sink, top)
  }
  const copied = await copyImage(source, sink, {
    all: true,
    temporary: storage.paths.temporary,
    onProgress,
    onNotice,
    ...(format && { format }),
    ...(compression && { compression }),
  })
  return sent(sink, copied)
}

function sent({ name }: ImageSink, document: ImageDocument): Sent {
  const contents = readContents(document, name)
  return {
    pushed: { destination: name, digest: document.digest, sizeBytes: document.bytes.byteLength },
    images: contents.kind === 'index' ? contents.documents.map(({ digest }) => digest) : [],
  }
}

interface Sending {
  readonly access: OpenAccess
  readonly onNotice: (line: string) => void
}

function openSink(engine: Engine, destination: string, { access, onNotice }: Sending): ImageSink {
  const location = parseTransport(destination)
  if (location.transport === 'containers-storage') {
    throw new TspodError('E_BAD_TRANSPORT', `${formatTransport(location)}: the list is in storage already`, {
      hint: 'give it another name with "tspod tag"',
    })
  }
  if (location.transport !== 'docker') {
    becomeCaller(engine)
    return openPathSink(location, engine.cwd)
  }
  const { registries, tlsVerify, registry } = access
  const all = engine.storage.images.list()
  return registrySink(onRegistry(location.name, meaningsOf(location.name, registries)), {
    ...registry,
    registries,
    tlsVerify,
    onNotice,
    mountFrom: (blob, host) => knownRepositories(all, blob, host),
  })
}

function onRegistry(name: string, [first]: readonly Reference[]): Reference {
  if (!first) throw new Error(`${name} means no reference`)
  return first
}

function destinationOf({ names }: ManifestList, destination: string | undefined): string {
  const [own, ...others] = names
  const name = destination ?? (others.length === 0 ? own : undefined)
  if (name !== undefined) return name
  throw new TspodError('E_NO_DESTINATION', 'the manifest list does not say under which name to push it', {
    hint: 'name the destination, too',
  })
}
