import { readBody } from './body.ts'
import { accessRefused, imageNotFound, RegistryFailure, rateLimited, registryError, type Subject } from './errors.ts'
import { parseJson } from './json.ts'
import { parseRetryAfter } from './retry.ts'
import { isObject } from './shape.ts'
import type { WireResponse } from './transport.ts'

const MAX_ERROR_BYTES = 64 << 10
const MAX_ERRORS = 100

/**
 * The error that a status other than success means. Reads what the registry says about it.
 * @see OCI distribution-spec, "Error Codes"
 */
export async function failureOf(response: WireResponse, subject: Subject): Promise<RegistryFailure> {
  const { line: detail } = await errorsIn(response)
  const { host } = subject
  if (response.status === 401 || response.status === 403) return accessRefused(subject, detail)
  if (response.status === 404) return imageNotFound(subject)
  if (response.status === 429) {
    return rateLimited(host, { detail, retryAfterMs: parseRetryAfter(response.header('retry-after'), Date.now()) })
  }
  return registryError(host, response.status, detail)
}

/** What a registry says about a refusal: its codes, and `: message` of the first, or '' where it says none. */
export interface ErrorDetail {
  readonly codes: readonly string[]
  readonly line: string
}

/** A body that is broken or too long tells nothing; the status has said enough. */
export async function errorsIn(response: WireResponse): Promise<ErrorDetail> {
  const ignored = (problem: string) => new RegistryFailure('E_REGISTRY_PROTOCOL', problem)
  try {
    return detailIn(parseJson(await readBody(response, MAX_ERROR_BYTES), ignored))
  } catch (error) {
    if (error instanceof RegistryFailure) return { codes: [], line: '' }
    throw error
  }
}

function detailIn(value: unknown): ErrorDetail {
  const list = isObject(value) ? value['errors'] : undefined
  const errors = Array.isArray(list) ? list.slice(0, MAX_ERRORS).filter(isObject) : []
  const codes = errors.flatMap(({ code }) => (typeof code === 'string' ? [code] : []))
  const message = errors[0]?.['message'] || errors[0]?.['code']
  return { codes, line: typeof message === 'string' ? lineOf(message) : '' }
}

// Other people's text on a terminal: one line, no control characters.
function lineOf(message: string): string {
  const line = message
    .slice(0, 1000)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return line === '' ? '' : `: ${line}`
}
