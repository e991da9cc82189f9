import { isAbsolute } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { type JsonNode, shown } from './json-tree.ts'
import type { PolicyReader } from './policy-reader.ts'
import { parseClaimedName, type SignedIdentity } from './signed-identity.ts'
import type { KeySource, Requirement } from './trust-policy.ts'

const MAX_KEYS = 100
const KEYS = ['keyPath', 'keyPaths', 'keyData', 'keyDatas'] as const
/** Fields of sigstore's own services, which tspod does not ask. */
const SERVICES = [
  'fulcio',
  'pki',
  'rekorPublicKeyPath',
  'rekorPublicKeyPaths',
  'rekorPublicKeyData',
  'rekorPublicKeyDatas',
]

/**
 * One item of a list of requirements.
 * @throws {TspodError} E_BAD_POLICY
 * @see containers-policy.json(5), "Policy Requirements"
 */
export function readRequirement(read: PolicyReader, node: JsonNode, subject: string): Requirement {
  const type = read.object(node, `a requirement of ${subject}`).get('type')
  if (type === undefined) throw read.fail(node, `a requirement of ${subject} has no "type"`)
  const name = read.string(type, '"type"')
  const origin = `${read.placeOf(node)} (${subject})`
  switch (name) {
    case 'insecureAcceptAnything':
      read.exactObject(node, name, ['type'])
      return { type: name }
    case 'reject':
      read.exactObject(node, name, ['type'])
      return { type: name, origin }
    case 'signedBy':
      read.exactObject(node, name, ['type', 'keyType', 'keyPath', 'keyPaths', 'keyData', 'signedIdentity'])
      return { type: 'unsupported', origin, what: 'a signature by GPG ("signedBy")' }
    case 'signedBaseLayer':
      read.exactObject(node, name, ['type', 'baseLayerIdentity'])
      return { type: 'unsupported', origin, what: 'a signed base layer ("signedBaseLayer")' }
    case 'sigstoreSigned':
      return readSigned(read, node, origin)
  }
  throw read.fail(type, `there is no type of requirement ${shown(name)}`)
}

function readSigned(read: PolicyReader, node: JsonNode, origin: string): Requirement {
  const type = 'sigstoreSigned'
  const members = read.exactObject(node, type, ['type', ...KEYS, ...SERVICES, 'signedIdentity'])
  const given = [...KEYS, 'fulcio', 'pki'].filter((name) => members.has(name))
  if (given.length !== 1) {
    throw read.fail(node, `${type} must have exactly one of ${KEYS.join(', ')}, fulcio and pki`)
  }
  const identity = readIdentity(read, members.get('signedIdentity'))
  const service = SERVICES.find((name) => members.has(name))
  if (service !== undefined) return { type: 'unsupported', origin, what: `"${service}" of sigstoreSigned` }
  return { type, origin, keys: KEYS.flatMap((name) => readKeys(read, members.get(name), name)), identity }
}

function readKeys(read: PolicyReader, node: JsonNode | undefined, name: (typeof KEYS)[number]): KeySource[] {
  if (node === undefined) return []
  const nodes = name.endsWith('s') ? read.list(node, name, MAX_KEYS) : [node]
  return nodes.map((one) => {
    const value = read.string(one, name)
    if (name.startsWith('keyPath')) {
      // A relative one would be another key in each directory.
      if (!isAbsolute(value)) throw read.fail(one, `${name} ${shown(value)} is not an absolute path`)
      return { path: value }
    }
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) throw read.fail(one, `${name} is not base64`)
    return { pem: Buffer.from(value, 'base64').toString('latin1'), name: `${name} at ${read.placeOf(one)}` }
  })
}

function readIdentity(read: PolicyReader, node: JsonNode | undefined): SignedIdentity {
  if (node === undefined) return { type: 'matchRepoDigestOrExact' }
  const type = read.object(node, 'signedIdentity').get('type')
  if (type === undefined) throw read.fail(node, 'signedIdentity has no "type"')
  const name = read.string(type, '"type"')
  const field = (member: string): string => {
    const value = read.object(node, name).get(member)
    if (value === undefined) throw read.fail(node, `${name} has no "${member}"`)
    return read.string(value, `${member} of ${name}`)
  }
  switch (name) {
    case 'matchExact':
    case 'matchRepoDigestOrExact':
    case 'matchRepository':
      read.exactObject(node, name, ['type'])
      return { type: name }
    case 'exactReference':
      read.exactObject(node, name, ['type', 'dockerReference'])
      return { type: name, dockerReference: checkName(read, node, { text: field('dockerReference'), versioned: true }) }
    case 'exactRepository':
      read.exactObject(node, name, ['type', 'dockerRepository'])
      return {
        type: name,
        dockerRepository: checkName(read, node, { text: field('dockerRepository'), versioned: false }),
      }
    case 'remapIdentity':
      read.exactObject(node, name, ['type', 'prefix', 'signedPrefix'])
      return {
        type: name,
        prefix: checkPrefix(read, node, field('prefix')),
        signedPrefix: checkPrefix(read, node, field('signedPrefix')),
      }
  }
  throw read.fail(type, `there is no type of signedIdentity ${shown(name)}`)
}

function checkName(
  read: PolicyReader,
  node: JsonNode,
  { text, versioned }: { text: string; versioned: boolean },
): string {
  try {
    const isVersioned = parseClaimedName(text).full !== undefined
    if (isVersioned === versioned) return text
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    throw read.fail(node, error.message)
  }
  throw read.fail(node, `${shown(text)} ${versioned ? 'has neither tag nor digest' : 'has a tag or a digest'}`)
}

/** A host, or a host and the first parts of a name. */
function checkPrefix(read: PolicyReader, node: JsonNode, text: string): string {
  return checkName(read, node, { text: text.includes('/') ? text : `${text}/x`, versioned: false }).slice(
    0,
    text.length,
  )
}
