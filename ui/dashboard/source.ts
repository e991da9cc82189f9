/**
 * What the dashboard shows and does, and the only thing it knows of the engine. All text may be
 * anybody's: it is made printable where it is drawn.
 */
export interface DashboardSource {
  containers(): ContainerList
  images(): readonly ImageItem[]
  volumes(): readonly VolumeItem[]
  networks(): readonly NetworkItem[]
  /** What these containers, those of them that run, use now. */
  usage(ids: readonly string[]): readonly UsageItem[]
  /** @throws what went wrong; `describeError` has the words */
  act(verb: Verb, target: Target): Promise<void>
  /** What is written, until the container has ended or the signal says so; of what comes too fast the newest. */
  logs(id: string, sink: LogTextSink, signal: AbortSignal): Promise<void>
  inspect(target: Target): unknown
  top(id: string): TopTable
  /** What happens, from some time before now on, without end. */
  events(): AsyncIterable<EventItem>
  /**
   * A shell in the container with our terminal, to its end, or until the signal; `onStart` is told its
   * process. Resolves with what went wrong.
   */
  shell(id: string, signal: AbortSignal, onStart: (pid: number) => void): Promise<string | undefined>
  /** Message and hint of an error, a line. */
  describeError(error: unknown): string
  /** What the engine had to say besides since the last call. */
  takeWarning(): string | undefined
}

export interface LogTextSink {
  text(text: string): void
  /** so much was left out before what comes next */
  skipped(bytes: number): void
}

export type ItemKind = 'container' | 'pod' | 'image' | 'volume' | 'network'

/** What is acted on. */
export interface Target {
  readonly kind: ItemKind
  readonly id: string
  readonly name: string
}

export type Verb = 'start' | 'stop' | 'restart' | 'kill' | 'remove'

export interface ContainerList {
  readonly containers: readonly ContainerItem[]
  readonly pods: readonly PodItem[]
}

export interface ContainerItem {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly command: string
  /** podman's word: running, exited, … */
  readonly state: string
  readonly isUp: boolean
  /** '' where nobody checks */
  readonly health: string
  readonly exitCode: number
  readonly ports: string
  readonly createdAtMs: number
  /** since when it is in its state */
  readonly sinceMs: number
  readonly podId: string | null
}

export interface PodItem {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly isUp: boolean
  readonly ports: string
  readonly createdAtMs: number
}

export interface ImageItem {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
  readonly containers: number
  readonly createdAtMs: number
}

export interface VolumeItem {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly path: string
  readonly createdAtMs: number
}

export interface NetworkItem {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly subnets: string
  readonly isUsed: boolean
  readonly createdAtMs: number
}

export interface EventItem {
  readonly timeMs: number
  readonly type: string
  readonly action: string
  readonly id: string
  readonly name: string
  readonly detail: string
}

export interface UsageItem {
  readonly id: string
  /** since it was started */
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly memoryLimitBytes: number
}

export interface TopTable {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
