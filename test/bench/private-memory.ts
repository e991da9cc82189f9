import type { Engine } from './engine.ts'
import type { Process } from './processes.ts'

/** What no other process has. */
export const PRIVATE = ['Private_Clean', 'Private_Dirty']

/** Sums fields of /proc/PID/smaps_rollup. Source: proc_pid_smaps(5). */
export async function memoryKib(
  engine: Engine,
  processes: readonly Process[],
  fields: readonly string[],
): Promise<number> {
  // a process that has changed its ids can be read only from inside its user namespace
  const files = processes.map(({ pid }) => `/proc/${pid}/smaps_rollup`)
  const { stdout } = await engine.run('unshare', 'cat', ...files)
  return stdout
    .split('\n')
    .map((line) => /^(\w+):\s+(\d+) kB$/.exec(line))
    .reduce((sum, match) => (match?.[1] && fields.includes(match[1]) ? sum + Number(match[2]) : sum), 0)
}
