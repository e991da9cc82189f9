import { isTerminal } from '../base/terminal.ts'
import type { ChooseName } from '../engine/image/choose-name.ts'

/**
 * Who can ask a user which registry a short name is on: nobody, without a terminal.
 * Source: containers-registries.conf(5), "Short-Name Aliasing: Modes".
 */
export function nameChooser(): ChooseName | undefined {
  return [0, 1, 2].every(isTerminal) ? askName : undefined
}

async function askName(shortName: string, candidates: readonly string[]): Promise<string> {
  const { askLine } = await import('./prompt.ts')
  const list = candidates.map((candidate, index) => `  ${index + 1}  ${candidate}\n`).join('')
  for (;;) {
    const answer = await askLine(`${shortName} may be one of\n${list}Which one? [1-${candidates.length}] `)
    const chosen = candidates[Number(answer.trim()) - 1] ?? candidates.find((candidate) => candidate === answer.trim())
    if (chosen !== undefined) return chosen
  }
}
