import type { AnyCommand } from '../command.ts'
import { aliasesOf } from './option.ts'

/** The command with the letters that its flags have in docker, or in podman. Pure. */
export function inStyle(command: AnyCommand, style: 'docker' | 'podman'): AnyCommand {
  const styled = Object.entries(command.options).filter(([, option]) => option.aliasAs)
  if (styled.length === 0) return command
  const options = Object.fromEntries(
    styled.map(([name, option]) => {
      const own = option.aliasAs?.[style]
      return [name, own === undefined ? option : { ...option, alias: [...aliasesOf(option), own] }]
    }),
  )
  return { ...command, options: { ...command.options, ...options } }
}
