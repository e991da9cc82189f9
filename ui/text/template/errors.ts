import { TspodError } from '../../../base/errors.ts'

/** A template that cannot be read or does not fit the data. */
export function badTemplate(why: string, hint?: string): TspodError {
  return new TspodError('E_BAD_TEMPLATE', `bad template: ${why}`, hint === undefined ? {} : { hint })
}
