import { dirname, join, resolve } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory, writeAtomic } from '../../base/files.ts'
import { editPolicy, type WantedTrust } from '../../storage/policy/edit-policy.ts'
import { findPolicyFile, readPolicy } from '../../storage/policy/load-trust-policy.ts'
import { loadPublicKey } from '../../storage/policy/public-key.ts'
import { isDomain, normalizeReference } from '../../storage/registry/reference.ts'
import type { Engine } from '../engine.ts'
import { policyPaths, type TrustOptions } from './trust.ts'

export interface SetTrustRequest extends Pick<TrustOptions, 'signaturePolicy'> {
  /** `default`, or a registry, a part of it, an image, or `*.example.com` */
  readonly scope: string
  readonly type: WantedTrust['type']
  /** for `sigstoreSigned`: a signature of each of them is demanded */
  readonly keys: readonly string[]
}

/**
 * Changes what is demanded of the images of a scope, in the user's own policy.json. Where only the
 * machine has one, the user's begins as a copy of it: it is read instead of that one from then on.
 *
 * Returns the file that was written.
 *
 * @throws {TspodError} E_BAD_POLICY: a key that is none, or the file in force is not valid
 * @throws {TspodError} E_BAD_ARGUMENTS, E_BAD_SCOPE
 * @see podman-image-trust(1)
 */
export async function setTrust(engine: Engine, request: SetTrustRequest): Promise<string> {
  const { type, scope } = request
  checkScope(scope)
  const keys = request.keys.map((key) => resolve(engine.cwd, key))
  if (type === 'sigstoreSigned' && keys.length === 0) {
    throw new TspodError('E_BAD_ARGUMENTS', 'sigstoreSigned needs a public key', { hint: 'name its file with -f' })
  }
  if (type !== 'sigstoreSigned' && keys.length > 0) {
    throw new TspodError('E_BAD_ARGUMENTS', `${type} needs no key`, { hint: 'use -t sigstoreSigned, or leave out -f' })
  }
  for (const path of keys) loadPublicKey({ path }, scope)

  const paths = policyPaths(engine, request)
  const file = paths.named ?? join(paths.xdgConfigHome, 'containers/policy.json')
  ensurePrivateDirectory(dirname(file))
  using _lock = await engine.storage.locks.acquire('policy', file, { doing: 'changing the policy' })
  const current = paths.named === undefined ? findPolicyFile(paths) : readPolicy(file)
  writeAtomic(file, editPolicy(current, { scope, type, keys }), { mode: 0o644 })
  return file
}

/** A scope that no image can have would look like protection and be none. @throws {TspodError} E_BAD_SCOPE */
function checkScope(scope: string): void {
  if (scope === 'default') return
  const host = scope.split('/', 1)[0] ?? ''
  if (scope.startsWith('*.') && isDomain(scope.slice(2)) && !scope.includes(':')) return
  if (!isDomain(host) || !/[.:]|^localhost$/.test(host)) {
    throw new TspodError('E_BAD_SCOPE', `${JSON.stringify(scope)} names no registry`, {
      hint: 'write it in full, as in docker.io/library/alpine, or use "default"',
    })
  }
  if (scope !== host) normalizeReference(scope)
}
