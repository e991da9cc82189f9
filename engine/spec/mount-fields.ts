import { badValue } from './bad-value.ts'
import { splitFields } from './split-fields.ts'

/** The fields of a --mount under one name for each. A field without a value has ''. */
export interface MountFields {
  readonly type: string
  /** '' where there is none */
  readonly source: string
  /** undefined where there is none */
  readonly target: string | undefined
  readonly options: readonly (readonly [name: string, value: string])[]
  /** all of it, for messages */
  readonly text: string
}

const NAMES: Readonly<Record<string, 'type' | 'source' | 'target'>> = {
  type: 'type',
  src: 'source',
  source: 'source',
  target: 'target',
  dst: 'target',
  dest: 'target',
  destination: 'target',
}

/** @throws {TspodError} E_BAD_MOUNT */
export function readMountFields(text: string): MountFields {
  const words = splitFields(text)
  if (words === undefined) throw badMount(text, 'a quote has no end')
  const main = new Map<string, string>()
  const options: [string, string][] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const value = equals < 0 ? '' : word.slice(equals + 1)
    const kind = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
    if (kind === undefined) options.push([name, value])
    else if (equals < 0 || main.has(kind)) throw badMount(text, equals < 0 ? `${name} has no value` : `${name} twice`)
    else main.set(kind, value)
  }
  return {
    type: main.get('type') ?? 'volume',
    source: main.get('source') ?? '',
    target: main.get('target'),
    options: options.filter(([name]) => name !== ''),
    text,
  }
}

export function badMount(text: string, why: string, hint?: string): Error {
  return badValue('E_BAD_MOUNT', '--mount', text, why, hint)
}
