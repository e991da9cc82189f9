import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { admitImage } from '../../storage/policy/admit-image.ts'
import { findRule, type PolicyPlace } from '../../storage/policy/find-rule.ts'
import { loadTrustPolicy, type PolicyPaths } from '../../storage/policy/load-trust-policy.ts'
import type { TrustPolicy } from '../../storage/policy/trust-policy.ts'
import type { PathLocation } from '../../storage/transports/open-images.ts'
import type { Engine } from '../engine.ts'

/** How it is decided which images may be taken. */
export interface TrustOptions {
  /** this policy.json instead of the one in force */
  readonly signaturePolicy?: string
  /** told of every demand of the policy by what it was met, and where the policy accepts anything */
  readonly onVerified?: (line: string) => void
}

/**
 * Reads policy.json.
 * @throws {TspodError} E_BAD_POLICY: names the file, and the line
 * @see containers-policy.json(5)
 */
export function openTrust(engine: Engine, options: TrustOptions = {}): TrustPolicy {
  return loadTrustPolicy(policyPaths(engine, options))
}

export function policyPaths({ env, cwd, xdgConfigHome }: Engine, { signaturePolicy }: TrustOptions = {}): PolicyPaths {
  const named = signaturePolicy || env['CONTAINERS_POLICY_JSON']
  return { xdgConfigHome, ...(named ? { named: resolve(cwd, named) } : {}) }
}

/** A file or a directory with an image, by its path, which is absolute. */
export type PathPlace = Exclude<PolicyPlace, { transport: 'docker' }>

/** As policy.json has it: an image's place among several there is no name. */
export function placeOf(location: PathLocation): PathPlace {
  const { transport, path } = location
  if (transport === 'dir' || location.reference === undefined) return { transport, path }
  return { transport, path, name: location.reference }
}

/**
 * Admits an image of an archive or a directory, where no signatures are.
 *
 * @throws {TspodError} E_POLICY_REJECT, E_POLICY_UNSUPPORTED, E_NOT_SIGNED
 */
export async function admitFromPath(engine: Engine, place: PathPlace, options: TrustOptions): Promise<void> {
  const resolved = { ...place, path: withoutLinks(place.path) }
  const rule = findRule(openTrust(engine, options), resolved)
  const lines = await admitImage(rule, { place: resolved, digests: [], signaturesOf: async () => [] })
  for (const line of lines) options.onVerified?.(line)
}

/** A policy is of where something is, not of how one gets there. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return path
    throw error
  }
}
