import { badMount, type MountFields } from './mount-fields.ts'
import { isTrue } from './mount-options.ts'
import type { OciMount } from './oci.ts'
import { parseTarget } from './parse-target.ts'
import { EMPTY_TMPFS, type TmpfsDefaults, tmpfsOptions } from './parse-tmpfs.ts'

const TYPES = ['tmpfs', 'ramfs', 'devpts']

/** Names of docker's for options of tmpfs(5). */
const TMPFS_NAMES: Readonly<Record<string, string>> = { 'tmpfs-size': 'size', 'tmpfs-mode': 'mode' }

const DEVPTS_NUMBERS: Readonly<Record<string, RegExp>> = {
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  mode: /^[0-7]{1,4}$/,
  max: /^\d{1,7}$/,
}

/** Whether a --mount of this type has no source. */
export function isFilesystem(type: string): boolean {
  return TYPES.includes(type)
}

/**
 * A --mount of type tmpfs, ramfs or devpts.
 *
 * @param defaults what a tmpfs is where the options say nothing of it
 * @throws {TspodError} E_BAD_MOUNT, E_BAD_VOLUME, E_BAD_SIZE, E_UNSUPPORTED_OPTION
 */
export function filesystemMount(fields: MountFields, defaults = EMPTY_TMPFS): OciMount {
  const { type, text, target } = fields
  if (fields.source !== '') throw badMount(text, `a mount of type ${type} has no source`)
  if (target === undefined) throw badMount(text, 'it has no target', 'add target=/path/in/the/container')
  const destination = parseTarget(target, text, '--mount')
  const options = type === 'devpts' ? devptsOptions(fields) : memoryOptions(fields, defaults)
  return { destination, type, source: type, options }
}

/** ramfs(5) knows of nothing but a mode; what it is told beside that it passes over, as the kernel does. */
function memoryOptions({ options, text, type }: MountFields, defaults: TmpfsDefaults): string[] {
  const words = options.flatMap(([name, value]) => {
    if (name === 'ro' || name === 'readonly') return isTrue(name, value, text) ? ['ro'] : ['rw']
    if (name === 'tmpcopyup' || name === 'notmpcopyup')
      return isTrue(name, value, text) === (name === 'tmpcopyup') ? ['tmpcopyup'] : ['notmpcopyup']
    if (name === 'consistency' || isOwner(name, value, text)) return []
    const known = TMPFS_NAMES[name] ?? name
    return [value === '' ? known : `${known}=${value}`]
  })
  if (type === 'tmpfs') return tmpfsOptions(words, { text, subject: '--mount', defaults })
  const all = tmpfsOptions([...words, 'notmpcopyup'], { text, subject: '--mount', defaults })
  return all.filter((word) => !word.includes('=') || word.startsWith('mode='))
}

/** Whose it is to be changes nothing: it is the container's own. @throws {TspodError} E_BAD_MOUNT */
function isOwner(name: string, value: string, text: string): boolean {
  if (name !== 'U' && name !== 'chown') return false
  isTrue(name, value, text)
  return true
}

function devptsOptions({ options, text }: MountFields): string[] {
  const given = new Map(options)
  for (const [name, value] of given) {
    if (name === 'ro' || name === 'readonly' || name === 'rw') continue
    if (!Object.hasOwn(DEVPTS_NUMBERS, name) || !DEVPTS_NUMBERS[name]?.test(value))
      throw badMount(text, `a mount of type devpts has no option "${`${name}=${value}`.slice(0, 60)}"`)
  }
  const isReadonly = ['ro', 'readonly'].some((name) => given.has(name) && isTrue(name, given.get(name) ?? '', text))
  const numbers = ['uid', 'gid', 'mode', 'max'].flatMap((name) => {
    const value = given.get(name) ?? (name === 'mode' ? '0600' : undefined)
    return value === undefined ? [] : [`${name}=${value}`]
  })
  return ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', ...numbers, isReadonly ? 'ro' : 'rw']
}
