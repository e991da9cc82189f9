import type { Digest } from '../content/digest.ts'

export type LayerPhase = 'waiting' | 'downloading' | 'unpacking' | 'done' | 'exists'

/** Which way an image goes, as seen from storage. */
export type TransferAction = 'pull' | 'push' | 'copy'

/** What happens during a pull, a push or a copy, as plain data. */
export type PullEvent =
  | { readonly type: 'resolved'; readonly reference: string; readonly action?: TransferAction }
  | {
      readonly type: 'layer'
      /** of the blob */
      readonly digest: Digest
      readonly phase: LayerPhase
      /** of the blob: moved while `downloading`, whichever way, read while `unpacking` */
      readonly doneBytes: number
      readonly totalBytes: number
    }

export interface PullObserver {
  readonly onProgress?: (event: PullEvent) => void
  /** one line for a person */
  readonly onNotice?: (line: string) => void
  readonly signal?: AbortSignal | undefined
  /** how many layers are fetched at the same time */
  readonly maxDownloads?: number | undefined
}
