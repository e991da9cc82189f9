import { chmodSync, lchownSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { Owner } from '../../storage/layers/mapped-ids.ts'
import type { Secret } from '../../storage/secrets/secrets.ts'
import type { Engine } from '../engine.ts'
import { fileMount } from '../spec/mounts.ts'
import type { OciMount } from '../spec/oci.ts'
import { parseSecret, SECRETS_DIRECTORY, type SecretRequest } from '../spec/parse-secret.ts'

/** A secret of a container, as it is kept: never what it is. */
export interface ContainerSecret {
  readonly id: string
  readonly name: string
  /** where it is mounted; absent for a variable */
  readonly target?: string
  /** the variable that has it */
  readonly variable?: string
  readonly uid: number
  readonly gid: number
  readonly mode: number
  /** of the copy, inside the container's directory */
  readonly file: string
}

/** A secret that was asked for and exists. */
export interface FoundSecret {
  readonly request: SecretRequest
  readonly secret: Secret
}

/**
 * The secrets that a request names.
 *
 * @throws {TspodError} E_BAD_SECRET, E_SECRET_NOT_FOUND
 * @throws {TspodError} E_DUPLICATE_MOUNT: two have one place
 */
export function findSecrets(engine: Engine, texts: readonly string[] | undefined): FoundSecret[] {
  const found = (texts ?? []).map((text) => {
    const request = parseSecret(text)
    return { request, secret: engine.storage.secrets.resolve(request.name) }
  })
  const places = found.map(({ request }) => (request.kind === 'env' ? `$${request.variable}` : request.target))
  const twice = places.find((place, index) => places.indexOf(place) !== index)
  if (twice !== undefined) throw new TspodError('E_DUPLICATE_MOUNT', `two secrets are to be ${twice}`)
  const nested = places.find((place) => places.some((other) => place.startsWith(`${other}/`)))
  if (nested === undefined) return found
  throw new TspodError('E_BAD_SECRET', `a secret cannot be ${nested}: another one is a file on the way there`)
}

/** How each is kept in the container's own directory, which is in no layer. Pure. */
export function placeSecrets(found: readonly FoundSecret[]): ContainerSecret[] {
  return found.map(({ request, secret: { id, name } }, index) => {
    const aside = join('secrets-aside', `${index}`)
    if (request.kind === 'env')
      return { id, name, variable: request.variable, uid: 0, gid: 0, mode: 0o600, file: aside }
    const { target, uid, gid, mode } = request
    const isInside = target.startsWith(`${SECRETS_DIRECTORY}/`)
    return {
      id,
      name,
      target,
      uid,
      gid,
      mode,
      file: isInside ? `secrets${target.slice(SECRETS_DIRECTORY.length)}` : aside,
    }
  })
}

/**
 * Copies secrets to where `placeSecrets` says: what a container was given stays what it has,
 * whatever becomes of the secret.
 *
 * @param toHost what an id of the container is here
 * @throws {TspodError} E_ID_NOT_MAPPED; E_SECRET_NOT_FOUND: it was removed in the meantime
 */
export function writeSecrets(
  engine: Engine,
  containerDir: string,
  { secrets, toHost }: { readonly secrets: readonly ContainerSecret[]; readonly toHost: (owner: Owner) => Owner },
): void {
  for (const { id, variable, uid, gid, mode, file } of secrets) {
    const path = join(containerDir, file)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(path, engine.storage.secrets.read(id), { mode: 0o600, flag: 'wx' })
    if (variable === undefined) giveTo(path, toHost({ uid, gid }), mode)
  }
}

/** All that are below /run/secrets in one mount, and one for each that is not. */
export function secretMounts(containerDir: string, secrets: readonly ContainerSecret[]): OciMount[] {
  const mounted = secrets.filter(({ target }) => target !== undefined)
  const isInside = ({ target }: ContainerSecret): boolean => target?.startsWith(`${SECRETS_DIRECTORY}/`) ?? false
  const alone = mounted.filter((secret) => !isInside(secret))
  return [
    ...(mounted.some(isInside) ? [secretMount(join(containerDir, 'secrets'), SECRETS_DIRECTORY)] : []),
    ...alone.map(({ file, target = '' }) => secretMount(join(containerDir, file), target)),
  ]
}

function secretMount(source: string, target: string): OciMount {
  const mount = fileMount(source, target)
  return { ...mount, options: [...mount.options, 'noexec', 'ro'] }
}

function giveTo(path: string, { uid, gid }: Owner, mode: number): void {
  try {
    lchownSync(path, uid, gid)
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'EINVAL')) throw error
    throw new TspodError(
      'E_ID_NOT_MAPPED',
      `a secret cannot belong to ${uid}:${gid}, which the container does not have`,
    )
  }
  chmodSync(path, mode)
}
