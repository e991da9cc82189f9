import { TspodError } from '../../base/errors.ts'

/** @param place a file, and the line in it where that is known */
export function badConfig(place: string, problem: string, hint?: string): TspodError {
  return new TspodError('E_BAD_CONFIG', `${place}: ${problem}`, hint === undefined ? {} : { hint })
}
