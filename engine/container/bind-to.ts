import { TspodError } from '../../base/errors.ts'
import { processStartTime } from '../../base/process-start.ts'

/**
 * The process that a container is bound to: `parent`, the one that started us, or a pid.
 *
 * @throws {TspodError} E_BAD_OWNER: no such process
 */
export function ownerProcess(text: string): { readonly pid: number; readonly startTime: string } {
  const pid = text === 'parent' ? process.ppid : Number(text)
  const startTime = /^(parent|[1-9]\d{0,9})$/.test(text) && pid > 1 ? processStartTime(pid) : undefined
  if (startTime !== undefined) return { pid, startTime }
  throw new TspodError(
    'E_BAD_OWNER',
    `cannot bind a container to ${JSON.stringify(text.slice(0, 32))}: no such process`,
    {
      hint: 'give "parent" or the id of a process that runs',
    },
  )
}
