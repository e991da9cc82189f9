import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { parseJson } from '../registry/json.ts'
import { isObject, shapeReader } from '../registry/shape.ts'
import type { Credentials } from '../registry/token.ts'
import { hostOfKey } from './login-key.ts'

/** A file of logins as podman (auth.json) and docker (config.json) keep them. */
export interface AuthFile {
  readonly path: string
  /** all that is in it, for whoever writes it again */
  readonly root: Readonly<Record<string, unknown>>
  /** by registry, namespace or repository; entries are read when they are wanted */
  readonly entries: Readonly<Record<string, unknown>>
  /** programs by registry. Source: docker-login(1), "Credential helpers" */
  readonly helpers: Readonly<Record<string, unknown>>
  /** the program for every registry; '' for none */
  readonly store: string
}

const MAX_BYTES = 4 << 20

/**
 * Reads a file of logins; `undefined` where there is none.
 *
 * `legacy` is `~/.dockercfg`, which is the list of logins itself.
 *
 * @throws {TspodError} E_BAD_AUTH_FILE: names the file, and nothing of what is in it
 * @see containers-auth.json(5)
 */
export function readAuthFile(path: string, options: { readonly legacy?: boolean } = {}): AuthFile | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  // An empty file is what `touch` makes of one that is to be filled.
  return parseAuthFile(path, text.trim() === '' ? '{}' : text, options)
}

/** @throws {TspodError} E_BAD_AUTH_FILE */
export function parseAuthFile(path: string, text: string, options: { readonly legacy?: boolean } = {}): AuthFile {
  const fail = (problem: string) => badAuthFile(path, problem)
  const read = shapeReader(fail)
  const root = read.object(parseJson(Buffer.from(text), fail), 'it')
  if (options.legacy) return { path, root, entries: root, helpers: {}, store: '' }
  return {
    path,
    root,
    entries: read.optionalObject(root['auths'], 'auths'),
    helpers: read.optionalObject(root['credHelpers'], 'credHelpers'),
    store: read.optionalString(root['credsStore'], 'credsStore'),
  }
}

/** Under which of `keys` there is a login; else under an older spelling of the last one, which is the registry. */
export function findEntry(file: AuthFile, keys: readonly string[]): string | undefined {
  const holds = (key: string): boolean => Object.hasOwn(file.entries, key) && hasLogin(file.entries[key])
  const registry = keys.at(-1)
  return (
    keys.find(holds) ?? Object.keys(file.entries).find((key) => hostOfKey(key) === registry && isOld(key) && holds(key))
  )
}

/** @throws {TspodError} E_BAD_AUTH_FILE */
export function loginAt(file: AuthFile, key: string): Credentials {
  const fail = (problem: string) => badAuthFile(file.path, problem)
  const read = shapeReader(fail)
  const where = `auths[${JSON.stringify(key.slice(0, 200))}]`
  const entry = read.object(file.entries[key], where)
  const identityToken = read.optionalString(entry['identitytoken'], `${where}.identitytoken`)
  const login = decodeLogin(read.optionalString(entry['auth'], `${where}.auth`))
  if (login === undefined) throw fail(`${where}.auth is not user:password in base64`)
  if (identityToken === '') return login
  return { username: login.username, password: '', identityToken }
}

/** Source: containers-auth.json(5): `auth` is user:password in base64. Empty where there is only an identity token. */
function decodeLogin(auth: string): Credentials | undefined {
  if (auth === '') return { username: '', password: '' }
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(auth)) return undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon <= 0) return undefined
  // Source: docker/cli, config/configfile: old versions padded with NUL.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') }
}

// Docker leaves `{}` where a helper has the login.
function hasLogin(entry: unknown): boolean {
  return isObject(entry) && Boolean(entry['auth'] || entry['identitytoken'])
}

// A namespace's login is not one for the whole registry.
function isOld(key: string): boolean {
  return /^https?:\/\//.test(key) || /^[^/]*(?:\/v[12]\/?)?$/.test(key)
}

function readText(path: string): string | undefined {
  try {
    return readTextIfExists(path, MAX_BYTES)
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EISDIR')) throw badAuthFile(path, 'it cannot be read')
    throw error
  }
}

function badAuthFile(path: string, problem: string): TspodError {
  return new TspodError('E_BAD_AUTH_FILE', `${path}: ${problem}`, {
    hint: 'mend the file, or remove it and log in again',
  })
}
