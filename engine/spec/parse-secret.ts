import { badValue } from './bad-value.ts'
import { normalizeTarget } from './parse-target.ts'
import { parseId } from './user-database.ts'

/** How a container gets a secret. */
export type SecretRequest =
  | {
      readonly kind: 'mount'
      readonly name: string
      /** absolute, in the container */
      readonly target: string
      readonly uid: number
      readonly gid: number
      readonly mode: number
    }
  | { readonly kind: 'env'; readonly name: string; readonly variable: string }

/** Where those without a place of their own go. Source: podman-run(1), "--secret". */
export const SECRETS_DIRECTORY = '/run/secrets'

const OPTIONS = ['type', 'target', 'uid', 'gid', 'mode', 'source', 'src']
const DEFAULT_MODE = '444'

/**
 * `name[,type=mount|env,target=…,uid=…,gid=…,mode=…]`, or docker's `source=name,…`.
 *
 * @throws {TspodError} E_BAD_SECRET
 * @see podman-run(1), "--secret"
 */
export function parseSecret(text: string): SecretRequest {
  const words = text.split(',')
  const options = new Map<string, string>()
  let name = ''
  for (const [index, word] of words.entries()) {
    const equals = word.indexOf('=')
    if (equals < 0 && index === 0) name = word
    else {
      const option = word.slice(0, Math.max(0, equals))
      if (!OPTIONS.includes(option)) throw badSecret(text, `there is no option ${JSON.stringify(word.slice(0, 60))}`)
      options.set(option, word.slice(equals + 1))
    }
  }
  name ||= options.get('source') ?? options.get('src') ?? ''
  if (name === '') throw badSecret(text, 'it names no secret')
  const target = options.get('target')
  const type = options.get('type') ?? 'mount'
  if (type === 'env') return envSecret(name, target ?? name, { options, text })
  if (type !== 'mount') throw badSecret(text, 'the type is neither mount nor env')
  return {
    kind: 'mount',
    name,
    target: parsePlace(target || name, text),
    uid: parseOwner(options.get('uid') ?? '0', text),
    gid: parseOwner(options.get('gid') ?? '0', text),
    mode: parseMode(options.get('mode') ?? DEFAULT_MODE, text),
  }
}

function envSecret(
  name: string,
  variable: string,
  { options, text }: { readonly options: ReadonlyMap<string, string>; readonly text: string },
): SecretRequest {
  if (['uid', 'gid', 'mode'].some((option) => options.has(option)))
    throw badSecret(text, 'a variable has no uid, gid or mode')
  if (variable === '' || /[=\0]/.test(variable)) throw badSecret(text, 'the target is no name for a variable')
  return { kind: 'env', name, variable }
}

function parsePlace(target: string, text: string): string {
  if (target.includes('\0') || target.length > 4000) throw badSecret(text, 'the target is no path')
  const place = normalizeTarget(target.startsWith('/') ? target : `${SECRETS_DIRECTORY}/${target}`)
  if (place === '/' || (!target.startsWith('/') && !place.startsWith(`${SECRETS_DIRECTORY}/`)))
    throw badSecret(text, `the target is not below ${SECRETS_DIRECTORY}`)
  return place
}

function parseOwner(value: string, text: string): number {
  const id = parseId(value)
  if (id === undefined) throw badSecret(text, 'uid and gid are numbers')
  return id
}

function parseMode(value: string, text: string): number {
  if (!/^0?[0-7]{1,4}$/.test(value)) throw badSecret(text, 'the mode is not octal, as in 0400')
  return Number.parseInt(value, 8)
}

function badSecret(text: string, why: string): Error {
  return badValue('E_BAD_SECRET', '--secret', text, why)
}
