export const EVENT_TYPES = ['container', 'image', 'volume', 'network', 'pod', 'secret', 'system'] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** Something that happened to an object, in podman's words. Source: podman-events(1). */
export interface EngineEvent {
  readonly timeMs: number
  readonly type: EventType
  /** podman's: `create`, `start`, `died`, `remove`, `exec`, `health_status` … */
  readonly action: string
  readonly id: string
  readonly name: string
  /** `image`, `containerExitCode`, `signal`, and the container's labels */
  readonly attributes: Readonly<Record<string, string>>
}

export function isEventType(text: string): text is EventType {
  return EVENT_TYPES.some((type) => type === text)
}

/** A line of the file; undefined where it is none, as a full disk may have left a part of one. Pure. */
export function parseEvent(line: string): EngineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEvent(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isEvent(value: unknown): value is EngineEvent {
  if (typeof value !== 'object' || value === null) return false
  const { timeMs, type, action, id, name, attributes } = value as Readonly<Record<string, unknown>>
  return (
    typeof timeMs === 'number' &&
    [type, action, id, name].every((text) => typeof text === 'string') &&
    isEventType(String(type)) &&
    typeof attributes === 'object' &&
    attributes !== null &&
    Object.values(attributes).every((text) => typeof text === 'string')
  )
}
