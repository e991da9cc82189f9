import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Beside the container's other files: its runtime directory goes with the reboot.

/** Says that the container was stopped for the time that the machine is off, and by no user. */
export function markStopped(containerDir: string): void {
  writeFileSync(markOf(containerDir), '', { mode: 0o600 })
}

export function wasStoppedForReboot(containerDir: string): boolean {
  return existsSync(markOf(containerDir))
}

export function forgetStopped(containerDir: string): void {
  rmSync(markOf(containerDir), { force: true })
}

function markOf(containerDir: string): string {
  return join(containerDir, 'stopped-for-reboot')
}
