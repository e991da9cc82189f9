import { badValue } from '../bad-value.ts'
import type { IdMapping } from '../oci.ts'
import { parseId } from '../user-database.ts'
import { parseIdTriple } from './parse-id-triple.ts'

/** What `--userns` asks for. */
export type UserNamespaceMode =
  | { readonly kind: 'default' | 'host' | 'private' | 'nomap' }
  | {
      readonly kind: 'keep-id'
      /** what the caller's ids are to be in the container; its own where absent */
      readonly uid?: number
      readonly gid?: number
      readonly size?: number
    }
  | {
      readonly kind: 'auto'
      readonly size?: number
      readonly uidMappings: readonly IdMapping[]
      readonly gidMappings: readonly IdMapping[]
    }
  | { readonly kind: 'container'; readonly ref: string }

/** The largest range that can be asked for: ids are 32 bits wide, and (uid_t) -1 is none. */
const MAX_SIZE = 2 ** 32 - 1

/**
 * `host`, `private`, `nomap`, `keep-id[:uid=,gid=,size=]`, `auto[:size=,uidmapping=,gidmapping=]`,
 * `container:ID`; '' is the default.
 *
 * @throws {TspodError} E_BAD_USERNS
 * @see podman-run(1), "--userns"
 */
export function parseUserns(text: string): UserNamespaceMode {
  const colon = text.indexOf(':')
  const [word, rest] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
  switch (word) {
    case '':
    case 'host':
    case 'private':
    case 'nomap':
      if (rest !== undefined) throw badUserns(text, `${word || 'it'} takes no options`)
      return { kind: word === '' ? 'default' : word }
    case 'keep-id':
      return { kind: 'keep-id', ...keepIdOptions(text, rest) }
    case 'auto':
      return { kind: 'auto', ...autoOptions(text, rest) }
    case 'container':
      if (!rest) throw badUserns(text, 'the container is missing')
      return { kind: 'container', ref: rest }
    case 'ns':
      throw badValue('E_UNSUPPORTED_OPTION', '--userns', text, 'user namespaces of others cannot be joined by a path')
    default:
      throw badUserns(text, 'there is no such mode')
  }
}

function keepIdOptions(text: string, rest: string | undefined) {
  const options: { uid?: number; gid?: number; size?: number } = {}
  for (const [name, value] of optionsOf(text, rest)) {
    if (name === 'uid' || name === 'gid') options[name] = idOf(text, name, value)
    else if (name === 'size') options.size = sizeOf(text, value)
    else throw badUserns(text, `keep-id has no option ${name}`)
  }
  return options
}

function autoOptions(text: string, rest: string | undefined) {
  let size: number | undefined
  const uidMappings: IdMapping[] = []
  const gidMappings: IdMapping[] = []
  for (const [name, value] of optionsOf(text, rest)) {
    if (name === 'size') size = sizeOf(text, value)
    else if (name === 'uidmapping') uidMappings.push(parseIdTriple(value, text))
    else if (name === 'gidmapping') gidMappings.push(parseIdTriple(value, text))
    else throw badUserns(text, `auto has no option ${name}`)
  }
  return { ...(size === undefined ? {} : { size }), uidMappings, gidMappings }
}

function optionsOf(text: string, rest: string | undefined): [string, string][] {
  if (rest === undefined) return []
  return rest.split(',').map((word) => {
    const equals = word.indexOf('=')
    if (equals < 0) throw badUserns(text, 'an option is not of the form name=value')
    return [word.slice(0, equals), word.slice(equals + 1)]
  })
}

function idOf(text: string, name: string, value: string): number {
  const id = parseId(value)
  if (id === undefined) throw badUserns(text, `${name} is not an id`)
  return id
}

function sizeOf(text: string, value: string): number {
  const size = /^\d{1,10}$/.test(value) ? Number(value) : 0
  if (size < 1 || size > MAX_SIZE) throw badUserns(text, 'size is not a number of ids')
  return size
}

function badUserns(text: string, why: string): Error {
  return badValue(
    'E_BAD_USERNS',
    '--userns',
    text,
    why,
    'use keep-id, auto, nomap, host or private; see podman-run(1), "--userns"',
  )
}
