import type { ErrorCode } from '../../base/error-codes.ts'
import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import type { UnpackedLayer } from './unpack-blob.ts'

/** To the worker. It works on one job at a time. */
export type UnpackRequest =
  | { readonly type: 'start'; readonly blobPaths: readonly string[]; readonly target: string; readonly diffId: Digest }
  /** so much of the blob's file can be read now */
  | { readonly type: 'available'; readonly bytes: number }
  | { readonly type: 'end' }

/** From the worker. */
export type UnpackReply =
  | { readonly type: 'read'; readonly bytes: number }
  | { readonly type: 'done'; readonly result: UnpackedLayer }
  | { readonly type: 'failed'; readonly error: SentError }

/** What is left of an error on its way between threads: classes do not travel. */
export interface SentError {
  readonly isTspod: boolean
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly stack: string | undefined
}

export function sendableError(error: unknown): SentError {
  const isTspod = error instanceof TspodError
  const code = isTspod || isCoded(error) ? error.code : undefined
  const stack = error instanceof Error ? error.stack : undefined
  return { isTspod, code, message: messageOf(error), hint: isTspod ? error.hint : undefined, stack }
}

export function receivedError(sent: SentError): Error {
  const { code, message, hint, stack } = sent
  if (sent.isTspod) return new TspodError(code as ErrorCode, message, hint === undefined ? {} : { hint })
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return code === undefined ? error : Object.assign(error, { code })
}

function isCoded(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return isErrno(error, error instanceof Error && 'code' in error ? String(error.code) : '')
}
