import { parseGroup, parsePasswd, type UserDatabase } from '../user-database.ts'

/** Source: containers/storage, userns.go: an automatic namespace has at least so many ids. */
const LEAST = 1024
/** The ids from here on are nobody's, and images need not own files by them. Source: containers/storage, userns.go. */
const NOBODY = 65534

/** How many ids, from 0 on, a container needs so that every user and group of its image is among them. */
export function neededIds(database: UserDatabase, user: string): number {
  const ids = [
    ...parsePasswd(database.passwd).flatMap(({ uid, gid }) => [uid, gid]),
    ...parseGroup(database.group).map(({ gid }) => gid),
    ...user.split(':').map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : 0)),
  ]
  return ids.reduce((most, id) => (id < NOBODY ? Math.max(most, id + 1) : most), LEAST)
}
