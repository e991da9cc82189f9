import { constants } from 'node:os'
import { isTerminal } from '../../base/terminal.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CommandResult } from '../command.ts'
import type { CommandIo } from '../command-io.ts'

/** Whether there is a terminal that keys come from and a screen goes to. */
export function canShowDashboard({ config, stdout }: Pick<CommandIo, 'config' | 'stdout'>): boolean {
  return config.env['TERM'] !== 'dumb' && stdout.isTerminal() && isTerminal(0)
}

/** Shows the dashboard until the user leaves it; `undefined` then, a result where a signal ended it. */
export async function showDashboard(
  engine: Engine,
  { config }: Pick<CommandIo, 'config'>,
): Promise<CommandResult | undefined> {
  const { dashboardSource } = await import('./source.ts')
  const { openDashboard } = await import('../../ui/dashboard/open.ts')
  const signal = await openDashboard(dashboardSource(engine), { hasColour: config.color ?? true })
  return signal && { exitCode: 128 + constants.signals[signal] }
}
