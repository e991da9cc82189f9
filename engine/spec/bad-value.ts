import type { ErrorCode } from '../../base/error-codes.ts'
import { TspodError } from '../../base/errors.ts'

/** A value with a grammar of its own does not follow it; `subject` is the flag as the user typed it, or what the value is. */
export function badValue(code: ErrorCode, subject: string, value: string, why: string, hint?: string): TspodError {
  return new TspodError(code, `invalid ${subject} ${quote(value)}: ${why}`, hint === undefined ? {} : { hint })
}

/** `text` as it can be shown: control characters escaped, the end of a long one cut off. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
