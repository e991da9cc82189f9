import { TspodError } from '../../base/errors.ts'

/** Where an image is, in the words of containers-transports(5). */
export type ImageLocation =
  | { readonly transport: 'docker'; readonly name: string }
  | { readonly transport: 'containers-storage'; readonly name: string }
  | { readonly transport: 'dir'; readonly path: string }
  | ({ readonly transport: 'oci' | 'oci-archive' | 'docker-archive'; readonly path: string } & Choice)

/** Which one of several images: by name, or by its place, counted from 0. Neither: the only one. */
export interface Choice {
  readonly reference?: string
  readonly index?: number
}

export type Transport = ImageLocation['transport']

const WITH_PATH: readonly string[] = ['dir', 'oci', 'oci-archive', 'docker-archive']
/** What skopeo has and we have not. */
const FOREIGN: readonly string[] = ['atomic', 'docker-daemon', 'ostree', 'sif', 'tarball']

/**
 * Reads `docker://NAME`, `docker-archive:PATH[:NAME|:@N]`, `oci:PATH[:NAME|:@N]`, `oci-archive:…`,
 * `dir:PATH` and `containers-storage:NAME`. A name without a transport is of the kind `plain`.
 *
 * A path ends at its first colon, as with the other engines. It is left as it is typed.
 *
 * @throws {TspodError} E_BAD_TRANSPORT
 * @see containers-transports(5)
 */
export function parseTransport(text: string, plain: 'docker' | 'containers-storage' = 'docker'): ImageLocation {
  const colon = text.indexOf(':')
  const transport = colon < 0 ? '' : text.slice(0, colon)
  const rest = text.slice(colon + 1)
  if (transport === 'docker' && rest.startsWith('//')) return { transport, name: required(text, rest.slice(2)) }
  if (transport === 'containers-storage') return { transport, name: required(text, rest) }
  if (FOREIGN.includes(transport)) {
    throw badTransport(text, `there is no transport ${transport} here`, KNOWN)
  }
  if (WITH_PATH.includes(transport)) return withPath(text, transport as 'oci', rest)
  return { transport: plain, name: text }
}

/** The location as it would be typed, for messages. */
export function formatTransport(location: ImageLocation): string {
  if (location.transport === 'docker') return `docker://${location.name}`
  if (location.transport === 'containers-storage') return `containers-storage:${location.name}`
  const { transport, path } = location
  if (location.transport === 'dir') return `${transport}:${path}`
  const { reference, index } = location
  const choice = reference !== undefined ? `:${reference}` : index !== undefined ? `:@${index}` : ''
  return `${transport}:${path}${choice}`
}

function withPath(
  text: string,
  transport: 'oci' | 'oci-archive' | 'docker-archive' | 'dir',
  rest: string,
): ImageLocation {
  if (transport === 'dir') return { transport, path: required(text, rest) }
  const colon = rest.indexOf(':')
  const path = required(text, colon < 0 ? rest : rest.slice(0, colon))
  return { transport, path, ...(colon < 0 ? {} : readChoice(text, rest.slice(colon + 1))) }
}

function readChoice(text: string, choice: string): Choice {
  if (!choice.startsWith('@')) return choice === '' ? {} : { reference: choice }
  if (!/^@[0-9]{1,4}$/.test(choice)) throw badTransport(text, 'behind "@" stands the number of an image, from 0 on')
  return { index: Number(choice.slice(1)) }
}

function required(text: string, part: string): string {
  if (part === '' || part.includes('\0')) throw badTransport(text, 'nothing usable stands behind the transport')
  return part
}

const KNOWN = `use one of docker://, containers-storage:, ${WITH_PATH.map((name) => `${name}:`).join(', ')}`

function badTransport(text: string, problem: string, hint?: string): TspodError {
  const shown = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
  return new TspodError('E_BAD_TRANSPORT', `${shown}: ${problem}`, hint === undefined ? {} : { hint })
}
