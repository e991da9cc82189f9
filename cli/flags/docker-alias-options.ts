import type { AliasPlaces } from '../../engine/system/docker-alias.ts'
import type { CliConfig } from '../config.ts'
import { badValue } from './errors.ts'
import type { Options } from './option.ts'

export const ALIAS_OPTIONS = {
  dir: { type: 'string', placeholder: 'DIR', describe: 'in this directory, not in one of yours that is in PATH' },
} as const satisfies Options

export function aliasPlaces({ dir }: { readonly dir: string | undefined }, config: CliConfig): AliasPlaces {
  if (dir === '') throw badValue('--dir', dir, 'must be a directory')
  const { home, env, program } = config
  return { home, path: env['PATH'], program, directory: dir }
}
