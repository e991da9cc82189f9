import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { isExecutableFile } from '../find-program.ts'
import type { RunRequest } from '../request.ts'

/**
 * Finds programs of networks: in the directories of containers.conf first, then where all programs are.
 *
 * @see containers.conf(5), helper_binaries_dir
 */
export function helperFinder(engine: Engine, { defaults }: RunRequest): Engine['findProgram'] {
  const directories = defaults?.helperDirectories ?? []
  return (name) =>
    directories.map((directory) => join(directory, name)).find(isExecutableFile) ?? engine.findProgram(name)
}
