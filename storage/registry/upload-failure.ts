import { readBody } from './body.ts'
import { accessRefused, protocolError, RegistryFailure, type Subject } from './errors.ts'
import { errorsIn, failureOf } from './response.ts'
import type { WireResponse } from './transport.ts'

/** The registry has forgotten an upload, or stands elsewhere in it: another attempt begins it anew. */
export class UploadLost extends RegistryFailure {
  constructor(host: string) {
    super('E_REGISTRY_ERROR', `${host} has lost an upload half-way`, { retryable: true })
  }
}

/** The registry, or a proxy in front of it, takes no body as large as this one. */
export class BodyTooLarge extends RegistryFailure {
  constructor(host: string) {
    super('E_REGISTRY_ERROR', `${host} takes no request as large as this`, {
      hint: 'raise the limit of the proxy in front of it (nginx: client_max_body_size)',
    })
  }
}

/** The step of a push that was answered. */
export type PushStep = 'start' | 'upload' | 'manifest'

/**
 * The error that a status other than success means for a push.
 * @see OCI distribution-spec, "Error Codes"
 */
export async function pushFailure(response: WireResponse, subject: Subject, step: PushStep): Promise<RegistryFailure> {
  const { host } = subject
  switch (response.status) {
    case 413:
      await response.discard()
      return new BodyTooLarge(host)
    case 404:
    case 416:
      if (step !== 'upload') break
      await response.discard()
      return new UploadLost(host)
  }
  if (response.status === 401 || response.status === 403) {
    return accessRefused(subject, await detail(response), 'push')
  }
  if (response.status === 404) return notTaken(subject, await detail(response))
  if (response.status === 405) return readOnly(host)
  if (response.status === 400) return refusal(response, subject)
  return await failureOf(response, subject)
}

async function refusal(response: WireResponse, subject: Subject): Promise<RegistryFailure> {
  const { host } = subject
  const { codes, line } = await errorsIn(response)
  if (codes.includes('DIGEST_INVALID')) {
    return new RegistryFailure('E_DIGEST_MISMATCH', `${host} got something else than ${subject.name}${line}`, {
      hint: 'what is in storage may be damaged: "tspod system check --repair" gets it again',
    })
  }
  return new RegistryFailure('E_REGISTRY_ERROR', `${host} does not take ${subject.name}${line}`)
}

async function detail(response: WireResponse): Promise<string> {
  return (await errorsIn(response)).line
}

function notTaken({ name, host }: Subject, line: string): RegistryFailure {
  return new RegistryFailure('E_REPOSITORY_NOT_FOUND', `${host} has no place for ${name}${line}`, {
    hint: 'check the name, or make the repository there first: not every registry does that by itself',
  })
}

function readOnly(host: string): RegistryFailure {
  return new RegistryFailure('E_REGISTRY_READ_ONLY', `${host} takes no images`, {
    hint: 'it may be a mirror or a cache: push to the registry behind it',
  })
}

/** Where the registry wants the next request of an upload. */
export async function nextLocation(response: WireResponse): Promise<URL> {
  await readBody(response, 64 << 10)
  const location = response.header('location')
  const url = location === undefined ? null : URL.parse(location, response.url.href)
  if (url === null) throw protocolError(`${response.host} does not say where to send a blob`)
  return url
}
