import type {
  ContainerList,
  EventItem,
  ImageItem,
  NetworkItem,
  Target,
  TopTable,
  UsageItem,
  Verb,
  VolumeItem,
} from './source.ts'

/** What the model is told. */
export type Happening =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resize'; readonly rows: number; readonly columns: number }
  | { readonly type: 'containers'; readonly list: ContainerList }
  | { readonly type: 'images'; readonly list: readonly ImageItem[] }
  | { readonly type: 'volumes'; readonly list: readonly VolumeItem[] }
  | { readonly type: 'networks'; readonly list: readonly NetworkItem[] }
  | { readonly type: 'events'; readonly events: readonly EventItem[] }
  | { readonly type: 'usage'; readonly usage: readonly UsageItem[]; readonly nowMs: number; readonly takenMs: number }
  | { readonly type: 'acted'; readonly verb: Verb; readonly target: Target; readonly problem?: string }
  | { readonly type: 'log'; readonly id: string; readonly text: string; readonly skippedBytes?: number }
  | { readonly type: 'log-ended'; readonly id: string; readonly problem?: string }
  | { readonly type: 'inspected'; readonly target: Target; readonly value: unknown }
  | { readonly type: 'processes'; readonly target: Target; readonly table: TopTable }
  | { readonly type: 'notice'; readonly text: string; readonly isError: boolean }

/** A key: a character, or one of the names. */
export interface Key {
  readonly name: KeyName | 'character'
  /** '' of a key with a name */
  readonly text: string
}

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'return'
  | 'escape'
  | 'tab'
  | 'back-tab'
  | 'backspace'
  | 'delete'
  | 'ctrl-c'
  | 'ctrl-l'
  | 'ctrl-z'

/** What the model wants done. */
export type Effect =
  | { readonly type: 'act'; readonly verb: Verb; readonly target: Target }
  | { readonly type: 'open-logs'; readonly target: Target }
  | { readonly type: 'close-logs' }
  | { readonly type: 'inspect'; readonly target: Target }
  | { readonly type: 'top'; readonly target: Target }
  | { readonly type: 'shell'; readonly target: Target }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'refresh' }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' }
