import { MOST_NAMED } from '../base/some-of.ts'

/**
 * How the thing is removed all the same: after its users, which are named where that makes a line to type, or by force
 * where there is such a way. Pure.
 *
 * @param filter of `ps`, that shows all of them
 * @param force the command that removes them, too
 */
export function removeUsersFirst(users: readonly string[], filter: string, force?: string): string {
  const first =
    users.length > MOST_NAMED
      ? `see them with "tspod ps -a --filter ${filter}"`
      : `remove them first with "tspod rm ${users.join(' ')}"`
  return force === undefined ? first : `${first}, or use "${force}"`
}
