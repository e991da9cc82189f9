/** More would hide what the message says. */
const MOST = 5

/** `a, b, c`; of many `a, b, c, d, e and 20 more`: what an error that refuses to remove a thing names. Pure. */
export function someOf(names: readonly string[]): string {
  const some = names.slice(0, MOST).join(', ')
  return names.length > MOST ? `${some} and ${names.length - MOST} more` : some
}

/**
 * How the thing is removed all the same: after its users, which are named where that makes a line to type, or by force
 * where there is such a way. Pure.
 *
 * @param filter of `ps`, that shows all of them
 * @param force the command that removes them, too
 */
export function removeUsersFirst(users: readonly string[], filter: string, force?: string): string {
  const first =
    users.length > MOST
      ? `see them with "tspod ps -a --filter ${filter}"`
      : `remove them first with "tspod rm ${users.join(' ')}"`
  return force === undefined ? first : `${first}, or use "${force}"`
}
