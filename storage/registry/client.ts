import type { Endpoint } from './endpoint.ts'
import { RegistryFailure } from './errors.ts'
import {
  type FetchedDocument,
  type FetchedManifest,
  fetchDocument,
  fetchManifest,
  headManifest,
  type ManifestHead,
  type Version,
} from './fetch-manifest.ts'
import { listTags } from './list-tags.ts'
import { type BlobDescriptor, type OpenBlob, openBlob } from './open-blob.ts'
import { openRequests, type RegistryOptions } from './registry-options.ts'
import { withRetries } from './retry.ts'
import { openSession, type Session } from './session.ts'

/** One repository, wherever its endpoints are. Close it: open connections keep the process alive. */
export interface RegistryClient extends AsyncDisposable {
  fetchManifest(version: Version): Promise<FetchedManifest>
  /** As `fetchManifest`, whatever kind of manifest it is. */
  fetchDocument(version: Version): Promise<FetchedDocument>
  headManifest(version: Version): Promise<ManifestHead>
  /** in the order of the registry */
  listTags(options?: { readonly limit?: number }): Promise<readonly string[]>
  openBlob(blob: BlobDescriptor, options?: { readonly offset?: number }): Promise<OpenBlob>
}

/**
 * A client for the repository that `endpoints` (see `endpointsFor`) lead to. Nothing is sent yet.
 *
 * Every request goes to the endpoints in turn until one has what is wanted, and each is tried
 * several times where that may help. Ends in one typed error: E_REGISTRY_UNREACHABLE,
 * E_REGISTRY_AUTH, E_IMAGE_NOT_FOUND, E_REGISTRY_RATE_LIMIT, E_REGISTRY_ERROR,
 * E_REGISTRY_PROTOCOL, E_DIGEST_MISMATCH or E_UNSUPPORTED_MANIFEST.
 *
 * @see OCI distribution-spec, "Pull"
 */
export function openRegistry(endpoints: readonly Endpoint[], options: RegistryOptions): RegistryClient {
  const { authorization, retry, close } = openRequests(options)
  const session = { ...authorization, access: 'pull' } as const
  const sessions = openTurns(endpoints.map((endpoint) => openSession(endpoint, session)))
  const ask = <T>(attempt: (session: Session) => Promise<T>): Promise<T> =>
    askInTurn(sessions, { attempt: (one) => withRetries(() => attempt(one), retry), onNotice: retry.onNotice })

  return {
    fetchManifest: (version) => ask((one) => fetchManifest(one, version)),
    headManifest: (version) => ask((one) => headManifest(one, version)),
    openBlob: (blob, { offset = 0 } = {}) => ask((one) => openBlob(one, blob, offset)),
    fetchDocument: (version) => ask((one) => fetchDocument(one, version)),
    listTags: (options) => ask((one) => listTags(one, options)),
    [Symbol.asyncDispose]: close,
  }
}

/** The sessions in the order to ask them: as configured, but the one that had the manifest first. */
interface Turns {
  order(): readonly Session[]
  worked(session: Session): void
  unreachable(session: Session): void
}

function openTurns(sessions: readonly Session[]): Turns {
  const down = new Set<Session>()
  let preferred: Session | undefined
  return {
    order() {
      const others = sessions.filter((session) => session !== preferred && !down.has(session))
      return preferred ? [preferred, ...others] : others
    },
    worked: (session) => {
      preferred = session
    },
    // What took its time to fail is not asked again for each layer; the last resort always is.
    unreachable: (session) => {
      if (preferred === session) preferred = undefined
      if (session.endpoint.isMirror) down.add(session)
    },
  }
}

interface Asking<T> {
  readonly attempt: (session: Session) => Promise<T>
  readonly onNotice: (message: string) => void
}

async function askInTurn<T>(turns: Turns, { attempt, onNotice }: Asking<T>): Promise<T> {
  const failures: { readonly endpoint: Endpoint; readonly error: RegistryFailure }[] = []
  for (const session of turns.order()) {
    try {
      const result = await attempt(session)
      turns.worked(session)
      return result
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error
      failures.push({ endpoint: session.endpoint, error })
      if (error.code === 'E_REGISTRY_UNREACHABLE') turns.unreachable(session)
      // A mirror that does not have an image is nothing unusual.
      if (session.endpoint.isMirror && error.code !== 'E_IMAGE_NOT_FOUND') onNotice(`mirror: ${error.message}`)
    }
  }
  throw summary(failures)
}

// The registry itself decides what went wrong; that mirrors were asked first is a detail worth knowing.
function summary(failures: readonly { readonly endpoint: Endpoint; readonly error: RegistryFailure }[]): Error {
  const decisive = failures.find(({ endpoint }) => !endpoint.isMirror) ?? failures.at(-1)
  if (!decisive) return new Error('a registry client without endpoints was asked for something')
  const { error } = decisive
  const mirrors = failures.filter((failure) => failure !== decisive).map(({ endpoint }) => endpoint.host)
  if (mirrors.length === 0) return error
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  return new RegistryFailure(error.code, `${error.message} (mirrors tried: ${mirrors.join(', ')})`, {
    ...hint,
    cause: error,
  })
}
