import type { JsonNode } from './json-tree.ts'
import { shown } from './json-tree.ts'
import { type PolicyReader, policyReader } from './policy-reader.ts'
import { readRequirement } from './read-requirement.ts'
import type { Rule, TrustPolicy } from './trust-policy.ts'

const MAX_SCOPES = 10_000
const MAX_REQUIREMENTS = 100

/**
 * One policy.json. `file` is its path, for messages and origins.
 *
 * Strict, since what is overlooked here may let an image in: a member that means nothing, or that is
 * there twice, makes the whole file invalid. A requirement that tspod cannot check is none of these: it
 * refuses the images that it is for.
 *
 * @throws {TspodError} E_BAD_POLICY
 * @see containers-policy.json(5)
 */
export function parseTrustPolicy(text: string, file: string): TrustPolicy {
  const read = policyReader(file)
  const root = read.root(text)
  const members = read.exactObject(root, 'the policy', ['default', 'transports'])
  const fallback = members.get('default')
  if (fallback === undefined) throw read.fail(root, 'it has no "default"')
  return {
    fallback: readRule(read, fallback, 'default'),
    transports: readTransports(read, members.get('transports')),
  }
}

function readTransports(read: PolicyReader, node: JsonNode | undefined): TrustPolicy['transports'] {
  if (node === undefined) return new Map()
  const transports = [...read.object(node, 'transports')]
  return new Map(transports.map(([name, scopes]) => [name, readScopes(read, name, scopes)]))
}

function readScopes(read: PolicyReader, transport: string, node: JsonNode): ReadonlyMap<string, Rule> {
  const scopes = [...read.object(node, `transports.${transport}`)]
  if (scopes.length > MAX_SCOPES) throw read.fail(node, `${transport} has more than ${MAX_SCOPES} scopes`)
  return new Map(
    scopes.map(([scope, requirements]) => {
      const problem = problemOfScope(transport, scope)
      if (problem !== undefined) throw read.fail(requirements, `the scope ${shown(scope)} of ${transport} ${problem}`)
      return [scope, readRule(read, requirements, scope === '' ? transport : `${transport} ${shown(scope)}`)]
    }),
  )
}

/** Source: containers-policy.json(5), "Supported transports and their scopes". */
function problemOfScope(transport: string, scope: string): string | undefined {
  if (scope === '') return undefined
  if (transport === 'docker-archive') return 'cannot be: there is only ""'
  if (!['dir', 'oci', 'oci-archive'].includes(transport)) return undefined
  if (scope === '/') return 'is the same as ""'
  if (!scope.startsWith('/')) return 'is not an absolute path'
  const isClean = scope
    .slice(1)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..')
  return isClean ? undefined : 'is not a path in its shortest form'
}

function readRule(read: PolicyReader, node: JsonNode, subject: string): Rule {
  const origin = `${read.placeOf(node)} (${subject})`
  const items = read.list(node, `the list of requirements of ${subject}`, MAX_REQUIREMENTS)
  return { origin, requirements: items.map((item) => readRequirement(read, item, subject)) }
}
