import { badValue } from '../bad-value.ts'
import { parseGroup, parseId, parsePasswd, type UserDatabase } from '../user-database.ts'

/** A user of the host who is to be known in the container. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly comment: string
  readonly home: string
  readonly groupName: string
}

export interface AccountEntriesInput {
  /** of the image */
  readonly database: UserDatabase
  /** who runs the process, `user[:group]` */
  readonly user: string
  /** the caller, where the container has its ids: --userns keep-id */
  readonly caller: Account | undefined
  /** --hostuser */
  readonly hostUsers: readonly Account[]
  /** --passwd-entry and --group-entry */
  readonly passwdEntry: string | undefined
  readonly groupEntry: string | undefined
  readonly workdir: string
  /** where volumes are mounted: a home among them is there */
  readonly mounted: readonly string[]
}

/**
 * The lines that the container's /etc/passwd and /etc/group need beside those of the image, so that
 * programs find a name and a home for who runs them. Nobody whom the image knows by name or number
 * gets one.
 *
 * @throws {TspodError} E_BAD_PASSWD_ENTRY
 * @see podman-run(1), "--passwd", "--passwd-entry", "--group-entry", "--hostuser"
 */
export function accountEntries(input: AccountEntriesInput): UserDatabase {
  const users = parsePasswd(input.database.passwd)
  const groups = parseGroup(input.database.group)
  const isNewUser = ({ name, uid }: Pick<Account, 'name' | 'uid'>): boolean =>
    !users.some((one) => one.name === name || one.uid === uid)
  const isNewGroup = ({ name, gid }: { readonly name: string; readonly gid: number }): boolean =>
    !groups.some((one) => one.name === name || one.gid === gid)

  const [passwd, group]: [string[], string[]] = [[], []]
  const addUser = (given: Account): void => {
    const account = { ...given, comment: word(given.comment), home: word(given.home) }
    if (!isNewUser(account)) return
    users.push(account)
    passwd.push(passwdLine(account, input.passwdEntry))
  }
  const addGroup = (name: string, gid: number, member: string): void => {
    if (name === '' || !isNewGroup({ name, gid })) return
    groups.push({ name, gid, members: [] })
    group.push(groupLine({ name, gid, member }, input.groupEntry))
  }

  const { caller } = input
  if (caller) {
    addUser({ ...caller, home: homeOf(caller, input) })
    addGroup(caller.groupName, caller.gid, caller.name)
  }
  for (const account of input.hostUsers) addUser({ ...account, home: homeOf(account, input) })
  const [userWord = '', groupWord = userWord] = input.user.split(':')
  const [uid, gid] = [parseId(userWord), parseId(groupWord)]
  if (uid !== undefined) {
    const own =
      gid !== undefined && input.user.includes(':') ? gid : (groups.find(({ name }) => name === groupWord)?.gid ?? 0)
    addUser({ name: `${uid}`, uid, gid: own, comment: 'container user', home: input.workdir, groupName: '' })
  }
  if (gid !== undefined) addGroup(`${gid}`, gid, userWord)
  return { passwd: passwd.join(''), group: group.join('') }
}

/** The home of a user of the host where that is mounted, else where the process begins. */
function homeOf({ home }: Account, { mounted, workdir }: AccountEntriesInput): string {
  return mounted.some((target) => home === target || home.startsWith(`${target}/`)) ? home : workdir
}

/** What stands between two colons. A working directory may have them in it, and line ends. */
function word(text: string): string {
  return text.replace(/[\p{Cc}:]/gu, '')
}

function passwdLine({ name, uid, gid, comment, home }: Account, template: string | undefined): string {
  const plain = `${name}:*:${uid}:${gid}:${comment}:${home}:/bin/sh`
  const values = { $USERNAME: name, $UID: uid, $GID: gid, $NAME: comment, $HOME: home }
  return template === undefined ? `${plain}\n` : filled(template, values, '--passwd-entry')
}

function groupLine(
  { name, gid, member }: { readonly name: string; readonly gid: number; readonly member: string },
  template: string | undefined,
): string {
  if (template === undefined) return `${name}:x:${gid}:${member}\n`
  return filled(template, { $GROUPNAME: name, $GID: gid, $USERLIST: member }, '--group-entry')
}

function filled(template: string, values: Readonly<Record<string, string | number>>, flag: string): string {
  if (/[\0\r\n]/.test(template)) throw badValue('E_BAD_PASSWD_ENTRY', flag, template, 'it is more than one line')
  return `${template.replace(/\$[A-Z]+/g, (word) => `${values[word] ?? word}`)}\n`
}
