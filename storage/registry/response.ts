import { readBody } from './body.ts'
import { accessRefused, imageNotFound, RegistryFailure, rateLimited, registryError, type Subject } from './errors.ts'
import { parseJson } from './json.ts'
import { parseRetryAfter } from './retry.ts'
import { isObject } from './shape.ts'
import type { WireResponse } from './transport.ts'

const MAX_ERROR_BYTES = 64 << 10

/**
 * The error that a status other than success means. Reads what the registry says about it.
 * @see OCI distribution-spec, "Error Codes"
 */
export async function failureOf(response: WireResponse, subject: Subject): Promise<RegistryFailure> {
  const detail = await detailOf(response)
  const { host } = subject
  if (response.status === 401 || response.status === 403) return accessRefused(subject, detail)
  if (response.status === 404) return imageNotFound(subject)
  if (response.status === 429) {
    return rateLimited(host, { detail, retryAfterMs: parseRetryAfter(response.header('retry-after'), Date.now()) })
  }
  return registryError(host, response.status, detail)
}

// ": message" of the first error, or ''. A body that is broken or too long tells nothing; the status has said enough.
async function detailOf(response: WireResponse): Promise<string> {
  try {
    return detailIn(
      parseJson(
        await readBody(response, MAX_ERROR_BYTES),
        (problem) => new RegistryFailure('E_REGISTRY_PROTOCOL', problem),
      ),
    )
  } catch (error) {
    if (error instanceof RegistryFailure) return ''
    throw error
  }
}

function detailIn(value: unknown): string {
  const errors = isObject(value) ? value['errors'] : undefined
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  const message = isObject(first) ? first['message'] || first['code'] : undefined
  if (typeof message !== 'string') return ''
  // Other people's text on a terminal: one line, no control characters.
  const line = message
    .slice(0, 1000)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return line === '' ? '' : `: ${line}`
}
