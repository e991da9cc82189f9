/** More would hide what the message says. */
export const MOST_NAMED = 5

/** `a, b, c`; of many `a, b, c, d, e and 20 more`: what an error names of those that are in the way. Pure. */
export function someOf(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMED).join(', ')
  return names.length > MOST_NAMED ? `${some} and ${names.length - MOST_NAMED} more` : some
}
