import type { ErrorCode } from '../../base/error-codes.ts'
import { TspodError, type TspodErrorOptions } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'

export interface FailureOptions extends TspodErrorOptions {
  /** the same request may well work a moment later */
  readonly retryable?: boolean
  /** the registry asked to be left alone for so long */
  readonly retryAfterMs?: number | undefined
}

/** What a registry did instead of answering. Caught by the code that tries again and by the one that tries elsewhere. */
export class RegistryFailure extends TspodError {
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: FailureOptions = {}) {
    super(code, message, options)
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
  }
}

/** An image or blob as messages name it. */
export interface Subject {
  readonly registry: string
  readonly host: string
  /** e.g. `library/alpine:latest` */
  readonly name: string
}

export function imageNotFound({ name, host }: Subject): RegistryFailure {
  return new RegistryFailure('E_IMAGE_NOT_FOUND', `no image ${name} on ${host}`, {
    hint: 'check the spelling of the name and the tag',
  })
}

export function accessRefused(
  { name, host, registry }: Subject,
  detail: string,
  purpose: 'pull' | 'push' = 'pull',
): RegistryFailure {
  const when = purpose === 'push' ? '' : ' if the image is private'
  const reason = purpose === 'push' ? 'you may not be allowed to push there' : 'it may not exist'
  return new RegistryFailure('E_REGISTRY_AUTH', `${host} refused access to ${name}${detail}`, {
    hint: `run "tspod login ${registry}"${when}, or check the name: ${reason}`,
  })
}

export function rateLimited(
  host: string,
  options: { detail: string; retryAfterMs: number | undefined },
): RegistryFailure {
  return new RegistryFailure('E_REGISTRY_RATE_LIMIT', `${host} allows no more requests for now${options.detail}`, {
    retryable: true,
    retryAfterMs: options.retryAfterMs,
    hint: `wait${afterwards(options.retryAfterMs)}, log in, or set up a mirror in registries.conf`,
  })
}

function afterwards(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? '' : ` ${Math.ceil(retryAfterMs / 1000)} s`
}

export function registryError(host: string, status: number, detail: string): RegistryFailure {
  return new RegistryFailure('E_REGISTRY_ERROR', `${host} answered with status ${status}${detail}`, {
    retryable: status >= 500,
  })
}

export function protocolError(message: string, options: FailureOptions = {}): RegistryFailure {
  return new RegistryFailure('E_REGISTRY_PROTOCOL', message, options)
}

export function digestMismatch(subject: string, expected: Digest, actual: Digest): RegistryFailure {
  return new RegistryFailure(
    'E_DIGEST_MISMATCH',
    `${subject} is not what was asked for: expected ${expected}, got ${actual}`,
  )
}

export function unsupportedManifest(message: string, hint?: string): TspodError {
  return new TspodError('E_UNSUPPORTED_MANIFEST', message, hint === undefined ? {} : { hint })
}
