import type { ErrorCode } from '../../base/error-codes.ts'
import type { CopyOptions, CopyPlace } from './copy.ts'

/** What a copy inside a user namespace is told, as JSON; a tar goes over stdin and stdout. */
export interface InsideRequest {
  readonly from: InsidePlace
  readonly to: InsidePlace
  readonly options: Pick<CopyOptions, 'owner' | 'followLink' | 'overwrite' | 'relativeTo'>
}

export type InsidePlace =
  | Extract<CopyPlace, { path: string }>
  | { readonly kind: 'stdin' }
  | { readonly kind: 'stdout' }

/** What it says on stderr, a JSON object a line. */
export type InsideWord =
  | { readonly say: 'note'; readonly text: string }
  | { readonly say: 'bytes'; readonly count: number }
  | { readonly say: 'ended' }
  | { readonly say: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint?: string }
