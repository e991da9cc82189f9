import { findRule } from '../../storage/policy/find-rule.ts'
import { findPolicyFile } from '../../storage/policy/load-trust-policy.ts'
import { parseTrustPolicy } from '../../storage/policy/parse-trust-policy.ts'
import { ACCEPT_ANYTHING, type Requirement, type Rule } from '../../storage/policy/trust-policy.ts'
import { normalizeReference } from '../../storage/registry/reference.ts'
import type { Engine } from '../engine.ts'
import { policyPaths, type TrustOptions } from './trust.ts'

/** One demand of the policy. */
export interface TrustEntry {
  /** `default` for what holds where no transport says anything */
  readonly transport: string
  /** '' for the transport's default */
  readonly scope: string
  readonly type: 'accept' | 'reject' | 'sigstoreSigned' | 'unsupported'
  /** files of keys, or where they are in the policy */
  readonly keys: readonly string[]
  /** the file and the line */
  readonly origin: string
}

/**
 * What policy.json demands, by transport and scope; of the images under one name on a registry, only
 * what decides about it.
 *
 * @throws {TspodError} E_BAD_POLICY, E_BAD_REFERENCE
 */
export function listTrust(engine: Engine, name: string | undefined, options: TrustOptions = {}): TrustEntry[] {
  const found = findPolicyFile(policyPaths(engine, options))
  const { fallback, transports } = found ? parseTrustPolicy(found.text, found.file) : ACCEPT_ANYTHING
  const rules = [
    { transport: 'default', scope: '', rule: fallback },
    ...[...transports].sort(byName).flatMap(([transport, scopes]) => {
      return [...scopes].sort(byName).map(([scope, rule]) => ({ transport, scope, rule }))
    }),
  ]
  if (name === undefined) return rules.flatMap(entriesOf)
  const decisive = findRule({ fallback, transports }, { transport: 'docker', reference: normalizeReference(name) })
  return rules.filter(({ rule }) => rule === decisive).flatMap(entriesOf)
}

/** The file in force, byte for byte; `undefined` where there is none. @throws {TspodError} E_BAD_POLICY: it cannot be read */
export function rawTrust(engine: Engine, options: TrustOptions = {}): string | undefined {
  return findPolicyFile(policyPaths(engine, options))?.text
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  // Registries first: that is what most of it is about.
  if (a === 'docker' || b === 'docker') return a === 'docker' ? -1 : 1
  return a < b ? -1 : 1
}

function entriesOf({ rule, ...where }: { transport: string; scope: string; rule: Rule }): TrustEntry[] {
  return rule.requirements.map((requirement) => ({
    ...where,
    type: typeOf(requirement),
    keys:
      requirement.type === 'sigstoreSigned' ? requirement.keys.map((key) => ('path' in key ? key.path : key.name)) : [],
    origin: rule.origin,
  }))
}

function typeOf({ type }: Requirement): TrustEntry['type'] {
  return type === 'insecureAcceptAnything' ? 'accept' : type
}
