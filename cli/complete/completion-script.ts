import { bashScript } from './bash-script.ts'
import { fishScript } from './fish-script.ts'
import { zshScript } from './zsh-script.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export interface ScriptOptions {
  /** of the command: tspod, or docker */
  readonly name: string
  readonly noDescriptions: boolean
}

/** By what name each shell looks for it among its own. */
export const SCRIPT_FILES: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: 'tspod.bash',
  zsh: '_tspod',
  fish: 'tspod.fish',
}

/**
 * A script that has a shell ask `NAME __complete -- WORD…` at every TAB. What comes back is never
 * evaluated, nor are the words that were typed. Pure.
 */
export function completionScript(shell: (typeof SHELLS)[number], options: ScriptOptions): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](options)
}
