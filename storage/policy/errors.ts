import { TspodError } from '../../base/errors.ts'

/** policy.json, or something that it names, is not as it must be: nothing can be decided by it. */
export function badPolicy(place: string, problem: string, options: { hint?: string; cause?: unknown } = {}) {
  return new TspodError('E_BAD_POLICY', `${place}: ${problem}`, options)
}

export function rejected(subject: string, origin: string): TspodError {
  return new TspodError('E_POLICY_REJECT', `${subject} is rejected by ${origin}`, {
    hint: 'see what is trusted with "tspod image trust show"',
  })
}

export function cannotCheck(subject: string, what: string, origin: string): TspodError {
  return new TspodError(
    'E_POLICY_UNSUPPORTED',
    `${subject} cannot be checked: ${origin} demands ${what}, which tspod does not support`,
    {
      hint: 'demand "sigstoreSigned" with a key: tspod can check that',
    },
  )
}

export function notSigned(subject: string, origin: string, reason: string): TspodError {
  return new TspodError('E_NOT_SIGNED', `${subject} is not signed as ${origin} demands: ${reason}`)
}
