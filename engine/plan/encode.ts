import { TspodError } from '../../base/errors.ts'
import type { Step } from './step.ts'

/**
 * A plan as the launcher reads it: its size in decimal, a NUL, then every op and argument, each
 * ended by a NUL.
 *
 * @throws {TspodError} E_NUL_BYTE: an argument holds a NUL byte, which no path, argument or variable can
 */
export function encodePlan(plan: readonly Step[]): Buffer {
  const parts: string[] = []
  for (const { op, args, why } of plan) {
    for (const arg of args)
      if (arg.includes('\0')) throw new TspodError('E_NUL_BYTE', `a NUL byte in what is needed to ${why}`)
    parts.push(op, ...args)
  }
  const body = Buffer.from(`${parts.join('\0')}\0`)
  return Buffer.concat([Buffer.from(`${body.length}\0`), body])
}
