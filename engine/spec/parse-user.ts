import type { TspodError } from '../../base/errors.ts'
import { badValue } from './bad-value.ts'

/** Who runs the process, before it is looked up; '' is whoever the default is. */
export interface UserName {
  readonly user: string
  readonly group: string | undefined
}

/** The largest id: (uid_t) -1 means "no id". Source: credentials(7), setresuid(2). */
const MAX_ID = 2 ** 32 - 2

/**
 * `user[:group]`, each a name or a number.
 *
 * @throws {TspodError} E_BAD_USER
 * @see podman-run(1), "--user"
 */
export function parseUser(text: string): UserName {
  const [user = '', group, ...more] = text.split(':')
  if (more.length > 0) throw badUser(text, 'it has more than one colon')
  if (text.length > 256) throw badUser(text, 'it is too long')
  if (/[\0-\x20\x7f/]/.test(text)) throw badUser(text, 'it has a character that no name has')
  for (const word of [user, group ?? '']) {
    if (/^\d+$/.test(word) && Number(word) > MAX_ID) throw badUser(text, `an id is at most ${MAX_ID}`)
  }
  return { user, group: group === '' ? undefined : group }
}

function badUser(text: string, why: string): TspodError {
  return badValue('E_BAD_USER', 'user', text, why, 'write a name or a number, or two with a colon, as in 1000:1000')
}
