import type { PolicyFile } from './load-trust-policy.ts'
import { parseTrustPolicy } from './parse-trust-policy.ts'

export interface WantedTrust {
  /** of registries, or `default` */
  readonly scope: string
  readonly type: 'accept' | 'reject' | 'sigstoreSigned'
  /** absolute paths */
  readonly keys: readonly string[]
}

interface PolicyJson {
  default: unknown
  transports?: Record<string, Record<string, unknown>>
}

/**
 * The policy with another demand for one scope, and all else as it was.
 *
 * @param current the file to begin with; without one, everything else is accepted
 * @throws {TspodError} E_BAD_POLICY: it is not valid, and nobody knows what to make of it
 */
export function editPolicy(current: PolicyFile | undefined, { scope, type, keys }: WantedTrust): string {
  const demand =
    type === 'sigstoreSigned'
      ? keys.map((keyPath) => ({ type, keyPath }))
      : [{ type: type === 'accept' ? 'insecureAcceptAnything' : 'reject' }]
  const policy = current ? parseChecked(current) : { default: [{ type: 'insecureAcceptAnything' }] }
  if (scope === 'default') policy.default = demand
  else policy.transports = { ...policy.transports, docker: { ...policy.transports?.['docker'], [scope]: demand } }
  return `${JSON.stringify(policy, null, 4)}\n`
}

function parseChecked({ file, text }: PolicyFile): PolicyJson {
  parseTrustPolicy(text, file)
  return JSON.parse(text)
}
