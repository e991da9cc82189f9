import { TspodError } from '../base/errors.ts'

/** An option of a network helper is none, or not the user's to give. */
export function badOption(helper: 'pasta' | 'slirp4netns', option: string, why: string, hint?: string): TspodError {
  const shown = JSON.stringify(option.length > 100 ? `${option.slice(0, 100)}…` : option)
  return new TspodError('E_BAD_NETWORK_OPTION', `invalid option of ${helper} ${shown}: ${why}`, hint ? { hint } : {})
}
