export type ContainerStatus = 'created' | 'running' | 'exited'

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
  readonly labels: Readonly<Record<string, string>>
  /** chain ids, bottom first */
  readonly layers: readonly string[]
  /** the storage driver that made its root file system */
  readonly driver: string
  /** JSON that the engine owns and parses */
  readonly config: unknown
}

/** As in the database. */
export interface ContainerRecord {
  readonly id: string
  readonly name: string
  readonly image_id: string | null
  readonly image_name: string
  readonly command: string
  readonly created_at_ms: number
  readonly status: ContainerStatus
  readonly started_at_ms: number | null
  readonly finished_at_ms: number | null
  readonly exit_code: number | null
  readonly oom_killed: number
  readonly error: string | null
  readonly pid: number | null
  readonly pid_start_time: string | null
  readonly auto_remove: number
  readonly labels: string
  readonly layers: string
  readonly driver: string
  readonly config: string
}

/** Only tspod writes the database, so what is in it is of the shape it was written in. */
export function rowOf(record: ContainerRecord): ContainerRow {
  return {
    id: record.id,
    name: record.name,
    imageId: record.image_id,
    imageName: record.image_name,
    command: JSON.parse(record.command) as string[],
    createdAtMs: record.created_at_ms,
    status: record.status,
    startedAtMs: record.started_at_ms,
    finishedAtMs: record.finished_at_ms,
    exitCode: record.exit_code,
    oomKilled: record.oom_killed !== 0,
    error: record.error,
    pid: record.pid,
    pidStartTime: record.pid_start_time,
    autoRemove: record.auto_remove !== 0,
    labels: JSON.parse(record.labels) as Record<string, string>,
    layers: JSON.parse(record.layers) as string[],
    driver: record.driver,
    config: JSON.parse(record.config) as unknown,
  }
}

export function recordOf(row: ContainerRow): ContainerRecord {
  return {
    id: row.id,
    name: row.name,
    image_id: row.imageId,
    image_name: row.imageName,
    command: JSON.stringify(row.command),
    created_at_ms: row.createdAtMs,
    status: row.status,
    started_at_ms: row.startedAtMs,
    finished_at_ms: row.finishedAtMs,
    exit_code: row.exitCode,
    oom_killed: row.oomKilled ? 1 : 0,
    error: row.error,
    pid: row.pid,
    pid_start_time: row.pidStartTime,
    auto_remove: row.autoRemove ? 1 : 0,
    labels: JSON.stringify(row.labels),
    layers: JSON.stringify(row.layers),
    driver: row.driver,
    config: JSON.stringify(row.config ?? null),
  }
}
