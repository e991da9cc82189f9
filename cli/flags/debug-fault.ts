import { badValue } from './errors.ts'

/** For the tests that have the launcher die at every step. */
export const DEBUG_FAULT = {
  type: 'string',
  hidden: true,
  placeholder: 'kill-before=STEP',
  describe: 'kill the launcher before a step of the plan',
} as const

/** @throws {TspodError} E_BAD_VALUE */
export function parseFault(text: string | undefined): { killBefore?: number } {
  if (text === undefined) return {}
  const step = /^kill-before=(\d{1,6})$/.exec(text)?.[1]
  if (step === undefined) throw badValue('--debug-fault', text, 'not kill-before=STEP')
  return { killBefore: Number(step) }
}
