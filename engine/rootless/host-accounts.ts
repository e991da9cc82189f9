import { runChild } from '../../base/child.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { Account } from '../spec/identity/account-entries.ts'
import { parseGroup, parseId, parsePasswd } from '../spec/user-database.ts'

const MAX_BYTES = 16 << 20
const TIMEOUT_MS = 10_000

/** A user of the host by its name or uid, wherever the host has its users from; undefined where there is none. */
export function findHostAccount(who: string | number): Account | undefined {
  const texts = [() => readTextIfExists('/etc/passwd', MAX_BYTES) ?? '', () => getent('passwd', `${who}`)]
  for (const text of texts) {
    const found = parsePasswd(text()).find(({ name, uid }) => name === who || uid === parseId(`${who}`))
    if (found) return { ...found, groupName: groupName(found.gid) }
  }
  return undefined
}

function groupName(gid: number): string {
  const named = (text: string) => parseGroup(text).find((group) => group.gid === gid)?.name
  return named(readTextIfExists('/etc/group', MAX_BYTES) ?? '') ?? named(getent('group', `${gid}`)) ?? ''
}

/** Source: getent(1): it asks what nsswitch.conf names, such as LDAP. */
function getent(database: 'passwd' | 'group', key: string): string {
  const result = runChild('getent', [database, '--', key], { timeoutMs: TIMEOUT_MS })
  return result?.exitCode === 0 ? result.stdout : ''
}
