import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where helper programs live that an ordinary user's PATH may lack. */
const SYSTEM_DIRECTORIES = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin']

/** Absolute path of an installed program, or undefined. Relative directories of PATH are not searched. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  const directories = [
    ...(path ?? '').split(':').filter((directory) => directory.startsWith('/')),
    ...SYSTEM_DIRECTORIES,
  ]
  return directories.map((directory) => join(directory, name)).find(isExecutableFile)
}

export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
