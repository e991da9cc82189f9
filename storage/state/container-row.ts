/** What the database holds. */
export type StoredStatus = 'created' | 'running' | 'exited'

/** What a container is in, once the kernel and its runtime files were asked; see engine/container/reconcile.ts. */
export type ContainerStatus = StoredStatus | 'initialized' | 'paused' | 'restarting' | 'stopping'

/** What is stored of a container. What the kernel knows (is it running?) is asked of the kernel. */
export interface ContainerRow {
  /** 64 hexadecimal digits */
  readonly id: string
  readonly name: string
  /** null for a container without an image */
  readonly imageId: string | null
  /** as the user wrote it, or as it was resolved */
  readonly imageName: string
  readonly command: readonly string[]
  readonly createdAtMs: number
  readonly status: ContainerStatus
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly exitCode: number | null
  readonly oomKilled: boolean
  readonly error: string | null
  readonly pid: number | null
  /** with `pid` it names one process; see processStartTime */
  readonly pidStartTime: string | null
  readonly autoRemove: boolean
  /** how often its monitor started it again since somebody started it */
  readonly restartCount: number
  /** by a command, and so not to be started again by a policy */
  readonly stoppedByUser: boolean
  /** the pod it is in */
  readonly podId: string | null
  readonly labels: Readonly<Record<string, string>>
  /** chain ids, bottom first */
  readonly layers: readonly string[]
  /** the storage driver that made its root file system */
  readonly driver: string
  /** JSON that the engine owns and parses */
  readonly config: unknown
}

/** A row as SQLite has it: columns by name. */
export type ContainerRecord = Readonly<Record<string, string | number | null>>

/** The members of a row, and how each is kept: as it is, as 0 or 1, or as JSON. */
const MEMBERS = {
  id: 'plain',
  name: 'plain',
  imageId: 'plain',
  imageName: 'plain',
  command: 'json',
  createdAtMs: 'plain',
  status: 'plain',
  startedAtMs: 'plain',
  finishedAtMs: 'plain',
  exitCode: 'plain',
  oomKilled: 'boolean',
  error: 'plain',
  pid: 'plain',
  pidStartTime: 'plain',
  autoRemove: 'boolean',
  restartCount: 'plain',
  stoppedByUser: 'boolean',
  podId: 'plain',
  labels: 'json',
  layers: 'json',
  driver: 'plain',
  config: 'json',
} as const satisfies Record<keyof ContainerRow, 'plain' | 'boolean' | 'json'>

const MEMBER_NAMES = Object.keys(MEMBERS) as (keyof ContainerRow)[]

/** `createdAtMs` is the column `created_at_ms`. */
function columnOf(member: keyof ContainerRow): string {
  return member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/**
 * Only tspod writes the database, so what is in it is of the shape it was written in. The
 * configuration, by far the largest part, is parsed when somebody looks at it.
 */
export function rowOf(record: ContainerRecord): ContainerRow {
  const row: Record<string, unknown> = {}
  for (const member of MEMBER_NAMES) {
    if (member !== 'config') row[member] = decode(record[columnOf(member)] ?? null, MEMBERS[member])
  }
  let config: { readonly value: unknown } | undefined
  const parsed = (): unknown => {
    config ??= { value: decode(record['config'] ?? null, 'json') }
    return config.value
  }
  return Object.defineProperty(row, 'config', { get: parsed, enumerable: true }) as unknown as ContainerRow
}

/** The columns of those members that are given. */
export function recordOf(row: Partial<ContainerRow>): ContainerRecord {
  const given = MEMBER_NAMES.filter((member) => row[member] !== undefined)
  return Object.fromEntries(given.map((member) => [columnOf(member), encode(row[member], MEMBERS[member])]))
}

function decode(value: string | number | null, kind: 'plain' | 'boolean' | 'json'): unknown {
  if (kind === 'boolean') return value !== 0
  return kind === 'json' && typeof value === 'string' ? JSON.parse(value) : value
}

function encode(value: unknown, kind: 'plain' | 'boolean' | 'json'): string | number | null {
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'boolean') return value ? 1 : 0
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
