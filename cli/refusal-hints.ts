import type { ClosedBind } from '../engine/why/bind-access.ts'
import type { CommandIo } from './command-io.ts'

/**
 * Whether a hint may stand behind what a program wrote to stderr: a person reads that on a terminal; a script or a
 * CI that compares it must find nothing else there, unless it asks for more.
 */
export function mayHint({ config, stderr }: CommandIo): boolean {
  return !config.json && !config.ci && (config.debug || stderr.isTerminal())
}

/** What a program that failed was refused of the host, and what helps. Pure but for what it loads. */
export async function refusalHints(refused: ClosedBind | undefined): Promise<string[]> {
  if (!refused) return []
  const { bindHint } = await import('../engine/why/bind-hint.ts')
  return [bindHint(refused)]
}
