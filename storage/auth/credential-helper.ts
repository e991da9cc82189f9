import { runChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import { parseJson } from '../registry/json.ts'
import { shapeReader } from '../registry/shape.ts'
import type { Credentials } from '../registry/token.ts'

/** It may ask its user for a passphrase first. */
const TIMEOUT_MS = 120_000
/** The name that says that the secret is an identity token. Source: docker/cli, config/credentials/native_store.go. */
const TOKEN_USER = '<token>'

/**
 * Asks `docker-credential-NAME` for the login to a server; `undefined` where it has none.
 *
 * @throws {TspodError} E_CREDENTIAL_HELPER: it is not installed, fails, or answers something else
 * @see docker-credential-helpers, README.md, "Development"
 */
export function getFromHelper(name: string, server: string): Credentials | undefined {
  const { exitCode, stdout, stderr } = callHelper(name, 'get', server)
  if (exitCode !== 0) {
    if (/credentials not found/i.test(stdout + stderr)) return undefined
    throw failed(name, 'get', stdout || stderr)
  }
  const fail = (problem: string) => badAnswer(name, problem)
  const read = shapeReader(fail)
  const answer = read.object(parseJson(Buffer.from(stdout), fail), 'its answer')
  const username = read.optionalString(answer['Username'], 'Username')
  const secret = read.optionalString(answer['Secret'], 'Secret')
  if (secret === '') return undefined
  return username === TOKEN_USER
    ? { username: '', password: '', identityToken: secret }
    : { username, password: secret }
}

/** What the helper says of a failure is not shown: it may repeat the secret. @throws {TspodError} E_CREDENTIAL_HELPER */
export function storeInHelper(name: string, server: string, { username, password }: Credentials): void {
  const input = JSON.stringify({ ServerURL: server, Username: username, Secret: password })
  if (callHelper(name, 'store', input).exitCode !== 0) throw failed(name, 'store', '')
}

/** `false` where it had none. @throws {TspodError} E_CREDENTIAL_HELPER */
export function eraseFromHelper(name: string, server: string): boolean {
  if (getFromHelper(name, server) === undefined) return false
  const { exitCode, stdout, stderr } = callHelper(name, 'erase', server)
  if (exitCode !== 0) throw failed(name, 'erase', stdout || stderr)
  return true
}

/** The servers it has logins for. @throws {TspodError} E_CREDENTIAL_HELPER */
export function listHelper(name: string): readonly string[] {
  const { exitCode, stdout, stderr } = callHelper(name, 'list', '')
  if (exitCode !== 0) throw failed(name, 'list', stdout || stderr)
  const fail = (problem: string) => badAnswer(name, problem)
  return Object.keys(shapeReader(fail).object(parseJson(Buffer.from(stdout), fail), 'its answer'))
}

function callHelper(name: string, action: 'get' | 'store' | 'erase' | 'list', input: string) {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    throw new TspodError('E_CREDENTIAL_HELPER', `${JSON.stringify(name.slice(0, 100))} is not a credential helper`)
  }
  const result = runChild(`docker-credential-${name}`, [action], { input, timeoutMs: TIMEOUT_MS })
  if (result) return result
  throw new TspodError('E_CREDENTIAL_HELPER', `the credential helper docker-credential-${name} is not installed`, {
    hint: 'install it, or take it out of credsStore, credHelpers or credential-helpers',
  })
}

function failed(name: string, action: string, output: string): TspodError {
  const reason = output.trim().split('\n', 1)[0]?.slice(0, 200) ?? ''
  return new TspodError(
    'E_CREDENTIAL_HELPER',
    `docker-credential-${name} ${action} failed${reason === '' ? '' : `: ${reason}`}`,
  )
}

function badAnswer(name: string, problem: string): TspodError {
  return new TspodError('E_CREDENTIAL_HELPER', `docker-credential-${name} gave no valid answer: ${problem}`)
}
