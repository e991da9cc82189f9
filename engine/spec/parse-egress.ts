import { TspodError } from '../../base/errors.ts'
import { BITS, parseAddress } from '../../network/addresses/address.ts'
import { type Cidr, cidrOf, formatCidr, parseCidr } from '../../network/addresses/cidr.ts'
import type { AllowedDestination, EgressPolicy } from '../../network/egress/policy.ts'
import { badValue } from './bad-value.ts'

/** The kernel goes through the rules for each packet, and of each there are two where no protocol is named. */
const MOST_DESTINATIONS = 64

/** `[fd00::1]:443`, `10.0.0.0/8:1-1023/tcp`, `*.example.org:443`: host, port, protocol. */
const DESTINATION = /^(?:\[([^[\]]*)\]|([^:[\]]+)):([^:/]+)(?:\/([a-z]+))?$/
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const NAME = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$|^\\*$`)
const MOST_LETTERS = 253

/**
 * `--egress none`, or `--egress allow=HOST:PORT,…`, several times. A port without a protocol is that of
 * tcp and udp; `HOST:*` is all that can be sent there.
 *
 * @returns undefined where nothing is asked for, which is no limit
 * @throws {TspodError} E_BAD_EGRESS
 */
export function parseEgress(texts: readonly string[] | undefined): EgressPolicy | undefined {
  if (!texts?.length) return undefined
  if (texts.includes('none')) {
    if (texts.every((text) => text === 'none')) return { allowed: [] }
    throw new TspodError('E_BAD_EGRESS', '--egress none and --egress allow= exclude each other')
  }
  const allowed = texts.flatMap(parseAllowed)
  if (allowed.length <= MOST_DESTINATIONS) return { allowed }
  throw new TspodError('E_BAD_EGRESS', `--egress can allow ${MOST_DESTINATIONS} destinations, not ${allowed.length}`, {
    hint: 'put addresses together to a subnet, or names to *.example.org',
  })
}

function parseAllowed(text: string): AllowedDestination[] {
  const list = /^allow=(.+)$/.exec(text)?.[1]
  if (list === undefined) throw badEgress(text, 'it is neither none nor allow=HOST:PORT')
  return list.split(',').map((word) => parseDestination(word))
}

function parseDestination(text: string): AllowedDestination {
  const [, six, four = '', ports = '', protocol] = DESTINATION.exec(text) ?? []
  if (six === undefined && four === '') throw malformed(text)
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp')
    throw badEgress(text, `the protocol ${protocol} is neither tcp nor udp`, 'leave it out to allow both')
  const host = six === undefined ? parseHost(four, text) : parseSix(six, text)
  const range = parsePorts(ports, text)
  return {
    host,
    ...(range && { ports: range }),
    ...(protocol && { protocol }),
  }
}

/** What has more than two colons and no bracket is meant as an address of version 6. */
function malformed(text: string): TspodError {
  const isSix = !text.includes('[') && text.split(':').length > 3
  return isSix ? noSix(text) : badEgress(text, 'a destination is HOST:PORT', 'write example.org:443 or 10.0.0.0/8:*')
}

function noSix(text: string): TspodError {
  const why = 'a container whose way out is limited has no version 6'
  return badEgress(text, why, 'allow an address of version 4, or a name')
}

function parseHost(host: string, text: string): Cidr | string {
  const cidr = parseSubnet(host)
  if (cidr && cidr.base === cidr.address.value) return { family: cidr.family, base: cidr.base, prefix: cidr.prefix }
  if (cidr) throw badEgress(text, `${host} has host bits set`, `write ${formatCidr(cidr)}`)
  const name = host.toLowerCase().replace(/(?<!\*)\.$/, '')
  // What ends in a number is meant as an address. Source: URL Standard, "ends in a number"
  if (NAME.test(name) && name.length <= MOST_LETTERS && !/(^|\.)\d+$/.test(name)) return name
  throw badEgress(
    text,
    `${JSON.stringify(host)} is no address, subnet or name`,
    'a * stands at the beginning of a name alone, as in *.example.org',
  )
}

function parseSix(host: string, text: string): never {
  if (parseSubnet(host)?.family !== 6) throw badEgress(text, `${JSON.stringify(host)} is no address of version 6`)
  throw noSix(text)
}

/** An address is a subnet of one. */
function parseSubnet(host: string): ReturnType<typeof parseCidr> {
  const address = parseAddress(host)
  return address ? { ...cidrOf(address, BITS[address.family]), address } : parseCidr(host)
}

function parsePorts(ports: string, text: string): readonly [number, number] | undefined {
  if (ports === '*') return undefined
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports) ?? []
  const range = [Number(first), Number(last)] as const
  if (first !== '' && range[0] >= 1 && range[0] <= range[1] && range[1] <= 0xffff) return range
  throw badEgress(text, `${JSON.stringify(ports)} is no port`, 'write 443, 8000-8999 or *')
}

function badEgress(text: string, why: string, hint?: string): TspodError {
  return badValue('E_BAD_EGRESS', '--egress', text, why, hint)
}
