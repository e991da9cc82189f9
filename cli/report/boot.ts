import type { BootStatus } from '../../engine/boot/status.ts'

/** What `system boot status` says. */
export function bootLines(status: BootStatus): string[] {
  const { unit, isEnabled, containers } = status
  return [
    isEnabled ? `enabled: ${unit}` : 'disabled: turn it on with "tspod system boot enable"',
    ...lingerLines(status),
    containers.length === 0
      ? 'no container would be started'
      : `would be started: ${containers.map(({ name }) => name).join(', ')}`,
  ]
}

/** Without lingering, the user's manager starts at the first login and stops with the last. Source: loginctl(1). */
export function lingerLines({ lingers, user }: BootStatus): string[] {
  if (lingers === undefined) return []
  return [
    lingers
      ? `lingering is on for ${user}: containers start with the machine`
      : `lingering is off for ${user}: containers start at login and end at logout; turn it on with "loginctl enable-linger ${user}"`,
  ]
}
