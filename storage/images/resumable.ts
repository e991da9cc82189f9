import { RegistryFailure } from '../registry/errors.ts'

/** Whether another attempt can go on with what this one got: it was interrupted, and nothing of it was wrong. */
export function isResumable(error: unknown): boolean {
  if (error instanceof RegistryFailure) return error.retryable
  return error instanceof Error && error.name === 'AbortError'
}
