import { isIP } from 'node:net'
import { formatAddress, parseAddress } from '../../network/addresses/address.ts'
import { type Cidr, contains } from '../../network/addresses/cidr.ts'
import { badValue } from './bad-value.ts'

/** A port that is to be published, before a free one was found for those that are left open. */
export interface PortRequest {
  /** '' is every address of the host */
  readonly hostIp: string
  /** 0: any that is free */
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp'
}

type Protocol = PortRequest['protocol']

const MAX_PORT = 65535
/** More than anybody means; each takes a socket of the helper. */
const MAX_PORTS = 10_000

/**
 * `-p`: `[[ip:][hostPort]:]containerPort[/protocol]`. Ports may be ranges of one length, an address
 * of version 6 is in brackets, and without a port of the host any free one is taken.
 *
 * @throws {TspodError} E_BAD_PORT
 * @throws {TspodError} E_UNSUPPORTED_OPTION: sctp
 * @see podman-run(1), "--publish"
 */
export function parsePublish(text: string): PortRequest[] {
  const { ports, protocol } = splitProtocol(text, '--publish')
  if (looksBare(ports))
    throw badValue(
      'E_BAD_PORT',
      '--publish',
      text,
      'it has too many colons',
      'write an address of version 6 in brackets, as in [::1]:8080:80',
    )
  const [, bracketed, plain, host, inner = ''] =
    /^(?:(?:\[([^\]]*)\]|([^[\]:]*)):(?=[^:]*:))?(?:([^:]*):)?([^:]*)$/.exec(ports) ?? []
  const hostIp = bracketed ?? plain ?? ''
  if (!isAddress(hostIp, bracketed !== undefined)) throw badPort('--publish', text, `${hostIp || '[]'} is no address`)
  if (isForMany(hostIp)) throw badPort('--publish', text, `${hostIp} is no address of one host, to listen on`)
  const container = parseRange(inner, text, '--publish')
  const outer = host === undefined || host === '' ? undefined : parseRange(host, text, '--publish')
  if (outer && outer.length !== container.length)
    throw badPort('--publish', text, 'the ranges of host and container differ in length')
  return container.map((containerPort, index) => ({
    hostIp: normalForm(hostIp),
    hostPort: outer?.[index] ?? 0,
    containerPort,
    protocol,
  }))
}

/**
 * `--expose`, and EXPOSE of an image: `port[-port][/protocol]`, as `80/tcp`.
 *
 * @throws {TspodError} E_BAD_PORT
 */
export function parseExpose(text: string): string[] {
  const [, range = '', protocol = 'tcp'] = /^([^/]*)(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? []
  return parseRange(range, text, '--expose').map((port) => `${port}/${protocol.toLowerCase()}`)
}

/** One address is written in one way, so that two can be compared. */
function normalForm(ip: string): string {
  const address = parseAddress(ip)
  return address ? formatAddress(address) : ip
}

function splitProtocol(text: string, flag: string): { ports: string; protocol: Protocol } {
  const slash = text.lastIndexOf('/')
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase()
  if (protocol === 'sctp') {
    throw badValue('E_UNSUPPORTED_OPTION', flag, text, 'no network here carries sctp, only tcp and udp')
  }
  if (protocol !== 'tcp' && protocol !== 'udp') throw badPort(flag, text, 'the protocol is neither tcp nor udp')
  return { ports: slash < 0 ? text : text.slice(0, slash), protocol }
}

function isAddress(ip: string, isBracketed: boolean): boolean {
  if (isBracketed) return isIP(ip) === 6 && !ip.includes('%')
  return ip === '' || isIP(ip) === 4
}

/** Three colons and no bracket: an address of version 6 as it is written elsewhere. */
function looksBare(ports: string): boolean {
  return !ports.includes('[') && ports.split(':').length > 3
}

/** Multicast, and everybody near. Source: RFC 1112, section 4; RFC 919, section 7; RFC 4291, section 2.7 */
const FOR_MANY: readonly Cidr[] = [
  { family: 4, base: 0xe0000000n, prefix: 4 },
  { family: 4, base: 0xffffffffn, prefix: 32 },
  { family: 6, base: 0xffn << 120n, prefix: 8 },
]

function isForMany(ip: string): boolean {
  const address = parseAddress(ip)
  return address !== undefined && FOR_MANY.some((cidr) => contains(cidr, address))
}

function parseRange(text: string, whole: string, flag: string): number[] {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first === '' || from < 1 || to > MAX_PORT) throw badPort(flag, whole, 'a port is a number from 1 to 65535')
  if (to < from) throw badPort(flag, whole, 'the range ends before it begins')
  if (to - from >= MAX_PORTS) throw badPort(flag, whole, `more than ${MAX_PORTS} ports`)
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function badPort(flag: string, text: string, why: string): Error {
  const hint = flag === '--publish' ? 'write [[ip:]hostPort:]containerPort, as in 8080:80' : 'write 80 or 80/udp'
  return badValue('E_BAD_PORT', flag, text, why, hint)
}
