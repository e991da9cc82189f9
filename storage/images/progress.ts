import type { Digest } from '../content/digest.ts'

export type LayerPhase = 'waiting' | 'downloading' | 'unpacking' | 'done' | 'exists'

/** What happens during a pull, as plain data. */
export type PullEvent =
  | { readonly type: 'resolved'; readonly reference: string }
  | {
      readonly type: 'layer'
      /** of the blob */
      readonly digest: Digest
      readonly phase: LayerPhase
      /** of the blob: fetched while `downloading`, read while `unpacking` */
      readonly doneBytes: number
      readonly totalBytes: number
    }

export interface PullObserver {
  readonly onProgress?: (event: PullEvent) => void
  /** one line for a person */
  readonly onNotice?: (line: string) => void
  readonly signal?: AbortSignal | undefined
}
