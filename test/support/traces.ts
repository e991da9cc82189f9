import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What containers can leave behind on a host. */
export interface Traces {
  readonly mounts: readonly string[]
  /** command lines of processes that belong to this root */
  readonly processes: readonly string[]
  /** directories of containers, runtime directories and temporary files */
  readonly files: readonly string[]
}

/** Whatever is there now of the root in `directory`. */
export function tracesOf(directory: string): Traces {
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(directory)),
    processes: readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => processOf(pid, directory))
      .sort(),
    files: ['root/containers', 'root/tmp', 'run/containers'].flatMap((name) => {
      const path = join(directory, name)
      return existsSync(path) ? readdirSync(path).map((entry) => join(name, entry)) : []
    }),
  }
}

/** A process whose arguments, directory, root or mounts have to do with `directory`. */
function processOf(pid: string, directory: string): string[] {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
    const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'latin1')
    return command !== '' && (command.includes(directory) || mounts.includes(directory)) ? [`${pid} ${command}`] : []
  } catch {
    return [] // it has ended, or is another user's
  }
}
