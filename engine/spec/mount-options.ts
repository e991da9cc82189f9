import { nearest } from '../../base/nearest.ts'
import { badMount, type MountFields } from './mount-fields.ts'

const TRUE = /^(|1|t|true)$/i
const FALSE = /^(0|f|false)$/i

/** Words that are the same for -v. Source: podman-run(1), "--mount". */
const PLAIN = ['rw', 'bind', 'rbind', 'suid', 'nosuid', 'dev', 'nodev', 'exec', 'noexec', 'z', 'Z', 'O']
const PROPAGATION = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']

/**
 * The words that -v has for options of --mount which every type with a source takes, and under
 * `settings` those of this type.
 *
 * @throws {TspodError} E_BAD_MOUNT
 */
export function readMountOptions(fields: MountFields, settings: Readonly<Record<string, string>>) {
  const words: string[] = []
  const found = new Map<string, string[]>()
  for (const [name, value] of fields.options) {
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined
    if (setting !== undefined) found.set(setting, [...(found.get(setting) ?? []), value])
    else words.push(...commonWords(name, value, { fields, settings }))
  }
  return { words, settings: found }
}

interface Context {
  readonly fields: MountFields
  readonly settings: Readonly<Record<string, string>>
}

function commonWords(name: string, value: string, context: Context): string[] {
  const { text } = context.fields
  switch (name) {
    case 'ro':
    case 'readonly':
      return isTrue(name, value, text) ? ['ro'] : ['rw']
    case 'rw':
    case 'readwrite':
      return isTrue(name, value, text) ? ['rw'] : ['ro']
    case 'U':
    case 'chown':
      return isTrue(name, value, text) ? ['U'] : []
    case 'bind-propagation':
      if (PROPAGATION.includes(value)) return [value]
      throw badMount(text, `no propagation "${value.slice(0, 60)}"`, `use one of ${PROPAGATION.join(', ')}`)
    case 'bind-nonrecursive':
      return isTrue(name, value, text) ? ['bind'] : []
    case 'bind-recursive':
      return recursionWords(value, context.fields)
    case 'relabel':
      if (value === 'shared' || value === 'private') return [value === 'shared' ? 'z' : 'Z']
      throw badMount(text, 'relabel is neither shared nor private')
    case 'consistency':
      return []
    case 'idmap':
      return ['idmap']
    default:
      if (value === '' && [...PLAIN, ...PROPAGATION].includes(name)) return [name]
      throw unknownOption(name, context)
  }
}

/**
 * What is mounted below a source comes along, read-only where that is.
 *
 * @see docker-run(1), "--mount", bind-recursive
 */
function recursionWords(value: string, { options, text }: MountFields): string[] {
  const readonly = options.find(([name]) => name === 'ro' || name === 'readonly')
  const isReadonly = readonly !== undefined && isTrue(...readonly, text)
  switch (value) {
    case 'disabled':
      return ['bind']
    case 'enabled':
      return ['rbind']
    case 'readonly':
      if (isReadonly) return ['rbind']
      throw badMount(text, 'bind-recursive=readonly is for a mount that is read-only', 'add readonly')
    case 'writable':
      if (!isReadonly) return ['rbind']
      throw badMount(text, 'what is mounted below a read-only mount is read-only, too', 'use bind-recursive=disabled')
    default:
      throw badMount(text, `no recursion "${value.slice(0, 60)}"`, 'use one of enabled, disabled, readonly, writable')
  }
}

/** A switch: alone, or with a value. */
export function isTrue(name: string, value: string, text: string): boolean {
  if (TRUE.test(value)) return true
  if (FALSE.test(value)) return false
  throw badMount(text, `${name} is neither true nor false`)
}

function unknownOption(name: string, { fields, settings }: Context): Error {
  const known = ['ro', 'readonly', 'rw', 'U', 'chown', 'bind-propagation', 'relabel', 'idmap', ...Object.keys(settings)]
  const meant = nearest(name, known)
  return badMount(
    fields.text,
    `a mount of type ${fields.type} has no option "${name.slice(0, 60)}"`,
    meant && `did you mean ${meant}?`,
  )
}
