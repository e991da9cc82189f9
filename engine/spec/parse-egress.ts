import { TspodError } from '../../base/errors.ts'
import { type Address, BITS, parseAddress } from '../../network/addresses/address.ts'
import { type Cidr, cidrOf, parseCidr } from '../../network/addresses/cidr.ts'
import type { AllowedDestination, EgressPolicy } from '../../network/egress/policy.ts'
import { badValue } from './bad-value.ts'

/** The kernel goes through the rules for each packet, and of each there are two where no protocol is named. */
const MOST_DESTINATIONS = 64

/** `[fd00::1]:443`, `10.0.0.0/8:1-1023/tcp`, `*.example.org:443`: host, port, protocol. */
const DESTINATION = /^(?:\[([^[\]]*)\]|([^:[\]]+)):([^:/]+)(?:\/(tcp|udp))?$/
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
  if (six === undefined && four === '')
    throw badEgress(text, 'a destination is HOST:PORT', 'write an address of version 6 as in [2001:db8::1]:443')
  const host = six === undefined ? parseHost(four, text) : parseSix(six, text)
  const range = parsePorts(ports, text)
  return {
    host,
    ...(range && { ports: range }),
    ...(protocol === undefined ? {} : { protocol: protocol === 'tcp' ? 'tcp' : 'udp' }),
  }
}

function parseHost(host: string, text: string): Cidr | string {
  const cidr = subnetOf(host)
  if (cidr) return cidr
  const name = host.toLowerCase().replace(/\.$/, '')
  // What ends in a number is meant as an address. Source: URL Standard, "ends in a number"
  if (NAME.test(name) && name.length <= MOST_LETTERS && !/(^|\.)\d+$/.test(name)) return name
  throw badEgress(text, `${JSON.stringify(host)} is no address, subnet or name`, 'a name may begin with *. alone')
}

function parseSix(host: string, text: string): never {
  if (subnetOf(host)?.family !== 6) throw badEgress(text, `${JSON.stringify(host)} is no address of version 6`)
  throw badEgress(text, 'nothing of version 6 leaves a network with a name', 'allow an address of version 4, or a name')
}

function subnetOf(host: string): Cidr | undefined {
  const address: Address | undefined = parseAddress(host)
  const whole = address ? cidrOf(address, BITS[address.family]) : parseCidr(host)
  return whole && { family: whole.family, base: whole.base, prefix: whole.prefix }
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
