import type { TspodError } from '../../base/errors.ts'
import { type Digest, isDigest } from '../content/digest.ts'
import { type JsonNode, parseJsonTree } from './json-tree.ts'

/** What is signed: which image, under which name. */
export interface SignedClaim {
  readonly manifestDigest: Digest
  /** as it stands there */
  readonly dockerReference: string
}

const TYPE = 'cosign container image signature'

/**
 * Reads what a signature is of. Only to be given bytes whose signature is right: until then they are
 * anybody's.
 *
 * Strict, as a signature says what it says and no more: another member in what is critical makes it
 * another thing than this.
 *
 * @param fail makes the error of every failure
 * @see containers-signature(5), "The data to be signed"; cosign, specs/SIGNATURE_SPEC.md
 */
export function parsePayload(bytes: Uint8Array, fail: (problem: string) => TspodError): SignedClaim {
  const root = parseJsonTree(decode(bytes, fail), fail)
  const all = membersOf(root, 'it', { names: ['critical', 'optional'], fail })
  const critical = all.get('critical')
  const parts = membersOf(critical, 'critical', { names: ['type', 'image', 'identity'], fail })
  const type = stringOf(parts.get('type'), 'type', fail)
  if (type !== TYPE) throw fail(`it is a ${JSON.stringify(type.slice(0, 80))}`)
  const image = membersOf(parts.get('image'), 'image', { names: ['docker-manifest-digest'], fail })
  const identity = membersOf(parts.get('identity'), 'identity', { names: ['docker-reference'], fail })
  const manifestDigest = stringOf(image.get('docker-manifest-digest'), 'docker-manifest-digest', fail)
  if (!isDigest(manifestDigest)) throw fail('docker-manifest-digest is not a sha256 digest')
  return { manifestDigest, dockerReference: stringOf(identity.get('docker-reference'), 'docker-reference', fail) }
}

/** The bytes to sign. Source: containers-signature(5); the order is that of Go, which sorts. */
export function formatPayload(claim: SignedClaim, maker: { readonly creator: string; readonly nowMs: number }): Buffer {
  const critical = {
    identity: { 'docker-reference': claim.dockerReference },
    image: { 'docker-manifest-digest': claim.manifestDigest },
    type: TYPE,
  }
  const optional = { creator: maker.creator, timestamp: Math.floor(maker.nowMs / 1000) }
  return Buffer.from(JSON.stringify({ critical, optional }))
}

type Fail = (problem: string) => TspodError

function decode(bytes: Uint8Array, fail: Fail): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw fail('it is not UTF-8')
    throw error
  }
}

function membersOf(
  node: JsonNode | undefined,
  where: string,
  { names, fail }: { readonly names: readonly string[]; readonly fail: Fail },
): ReadonlyMap<string, JsonNode> {
  if (node?.kind !== 'object') throw fail(`${where} is not an object`)
  const other = [...node.members.keys()].find((name) => !names.includes(name))
  if (other !== undefined) throw fail(`${where} has ${JSON.stringify(other.slice(0, 80))}`)
  return node.members
}

function stringOf(node: JsonNode | undefined, where: string, fail: Fail): string {
  if (node?.kind !== 'string') throw fail(`${where} is not a string`)
  return node.value
}
