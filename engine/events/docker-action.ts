import type { EngineEvent } from './event.ts'

const CONTAINER: Readonly<Record<string, string>> = {
  died: 'die',
  exec: 'exec_start',
  exec_died: 'exec_die',
  remove: 'destroy',
}
const IMAGE: Readonly<Record<string, string>> = { remove: 'delete', loadfromarchive: 'load' }
const NETWORK: Readonly<Record<string, string>> = { remove: 'destroy' }
const VOLUME: Readonly<Record<string, string>> = { remove: 'destroy' }

const NAMES: Readonly<Partial<Record<EngineEvent['type'], Readonly<Record<string, string>>>>> = {
  container: CONTAINER,
  image: IMAGE,
  network: NETWORK,
  volume: VOLUME,
}

/** What docker has no word for, and does not tell. */
const PODMANS: ReadonlySet<string> = new Set(['cleanup', 'init'])

export function isDockerEvent({ type, action }: Pick<EngineEvent, 'type' | 'action'>): boolean {
  return type !== 'container' || !PODMANS.has(action)
}

/** What docker calls it. Source: Docker Engine API, SystemEvents; docker-system-events(1). */
export function dockerAction({
  type,
  action,
  attributes,
}: Pick<EngineEvent, 'type' | 'action' | 'attributes'>): string {
  if (action === 'health_status') return `health_status: ${attributes['health_status'] ?? ''}`
  const names = NAMES[type] ?? {}
  return Object.hasOwn(names, action) ? (names[action] ?? action) : action
}
