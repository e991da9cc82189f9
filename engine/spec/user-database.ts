/** Texts of the image's /etc/passwd and /etc/group; '' where there is none. */
export interface UserDatabase {
  readonly passwd: string
  readonly group: string
}

/** Source: passwd(5). */
export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** the person's name and the like */
  readonly comment: string
  readonly home: string
}

/** Source: group(5). */
export interface GroupEntry {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Lines that are not entries are passed over: the file is the image's, and other programs do so too. */
export function parsePasswd(text: string): PasswdEntry[] {
  return entriesOf(text).flatMap(([name = '', , uid, gid, comment = '', home = '']) => {
    const ids = [parseId(uid), parseId(gid)] as const
    return name === '' || ids[0] === undefined || ids[1] === undefined
      ? []
      : [{ name, uid: ids[0], gid: ids[1], comment, home }]
  })
}

/** As `parsePasswd`. */
export function parseGroup(text: string): GroupEntry[] {
  return entriesOf(text).flatMap(([name = '', , id, members = '']) => {
    const gid = parseId(id)
    return name === '' || gid === undefined
      ? []
      : [{ name, gid, members: members.split(',').filter((member) => member !== '') }]
  })
}

/** @returns undefined where `text` is not a number that can be an id */
export function parseId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1 ? Number(text) : undefined
}

function entriesOf(text: string): string[][] {
  return text.split('\n').map((line) => line.trim().split(':'))
}
