import type { LogView } from './log-view.ts'
import type { ContainerList, EventItem, ImageItem, NetworkItem, Target, TopTable, Verb, VolumeItem } from './source.ts'
import type { TreeView } from './tree-view.ts'
import type { Usage } from './usage.ts'

export const TABS = ['containers', 'images', 'volumes', 'networks', 'events'] as const
export type Tab = (typeof TABS)[number]

export const SORTS = ['state', 'name', 'cpu', 'memory', 'age'] as const
export type Sort = (typeof SORTS)[number]

/** All that the screen shows follows from it. */
export interface Model {
  readonly rows: number
  readonly columns: number
  readonly nowMs: number
  readonly tab: Tab
  readonly containers: ContainerList
  readonly images: readonly ImageItem[]
  readonly volumes: readonly VolumeItem[]
  readonly networks: readonly NetworkItem[]
  /** newest first */
  readonly events: readonly EventItem[]
  readonly usage: ReadonlyMap<string, Usage>
  /** where each list is */
  readonly places: Readonly<Record<Tab, Place>>
  readonly filter: string
  readonly sort: Sort
  /** containers that do not run, too */
  readonly isAll: boolean
  readonly view: View
  readonly prompt: Prompt | undefined
  readonly notice: Notice | undefined
  /** what is being done to what, by id */
  readonly busy: ReadonlyMap<string, Verb>
}

export interface Place {
  readonly selectedId: string | undefined
  /** of the selected one among those shown */
  readonly index: number
  /** the first one on the screen */
  readonly top: number
}

export type View =
  | { readonly type: 'list' }
  | { readonly type: 'help' }
  | { readonly type: 'logs'; readonly target: Target; readonly log: LogView }
  | { readonly type: 'inspect'; readonly target: Target; readonly tree: TreeView }
  | { readonly type: 'top'; readonly target: Target; readonly table: TopTable; readonly top: number }

export type Prompt =
  | { readonly type: 'confirm'; readonly verb: Verb; readonly target: Target }
  | { readonly type: 'filter'; readonly text: string }
  | { readonly type: 'search'; readonly text: string }

export interface Notice {
  readonly text: string
  readonly isError: boolean
}

export function initialModel(size: { readonly rows: number; readonly columns: number }, nowMs: number): Model {
  const start: Place = { selectedId: undefined, index: 0, top: 0 }
  return {
    ...size,
    nowMs,
    tab: 'containers',
    containers: { containers: [], pods: [] },
    images: [],
    volumes: [],
    networks: [],
    events: [],
    usage: new Map(),
    places: { containers: start, images: start, volumes: start, networks: start, events: start },
    filter: '',
    sort: 'state',
    isAll: true,
    view: { type: 'list' },
    prompt: undefined,
    notice: undefined,
    busy: new Map(),
  }
}

/** Rows between the headings and the two lines at the bottom. */
export function bodyHeight({ rows }: Pick<Model, 'rows'>): number {
  return Math.max(1, rows - 4)
}
