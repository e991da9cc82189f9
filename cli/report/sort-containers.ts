import type { ShownContainer } from './containers.ts'

/** Source: podman-ps(1), "--sort". */
export const CONTAINER_SORTS = ['command', 'created', 'id', 'image', 'names', 'runningfor', 'size', 'status'] as const

type Key = (shown: ShownContainer) => string | number

const KEYS: Readonly<Record<string, Key>> = {
  command: ({ row }) => row.command.join(' '),
  created: ({ row }) => row.createdAtMs,
  id: ({ row }) => row.id,
  image: ({ row }) => row.imageName,
  names: ({ row }) => row.name,
  runningfor: ({ row }) => row.startedAtMs ?? Number.MAX_SAFE_INTEGER,
  size: ({ size }) => size?.rootFsBytes ?? 0,
  status: ({ row }) => row.status,
}

/** A copy in that order; as they are where it is none of `CONTAINER_SORTS`. */
export function sortContainers(shown: readonly ShownContainer[], by: string): readonly ShownContainer[] {
  const key = Object.hasOwn(KEYS, by) ? KEYS[by] : undefined
  if (!key) return shown
  return [...shown].sort((one, other) => {
    const [a, b] = [key(one), key(other)]
    return a < b ? -1 : a > b ? 1 : 0
  })
}
