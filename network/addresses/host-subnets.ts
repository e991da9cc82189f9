import { networkInterfaces } from 'node:os'
import { readTextIfExists } from '../../base/files.ts'
import { type Cidr, cidrOf, parseCidr } from './cidr.ts'

const MAX_ROUTES = 10_000

/** What the host has an address in, or a route to that is not the default one: a network must not be in its way. */
export function hostSubnets(): Cidr[] {
  const addresses = Object.values(networkInterfaces()).flat()
  const own = addresses.flatMap((address) => parseCidr(address?.cidr ?? '') ?? [])
  return [...own, ...parseRoutes(readTextIfExists('/proc/net/route') ?? '')]
}

/**
 * Destinations of routes of version 4, but for the default route: a heading, then a line for each with
 * hexadecimal numbers in the byte order of the machine. Pure. Source: proc(5), "/proc/net/route".
 */
export function parseRoutes(text: string): Cidr[] {
  const lines = text.split('\n').slice(1, 1 + MAX_ROUTES)
  return lines.flatMap((line) => {
    const [, destination = '', , , , , , mask = ''] = line.split('\t').map((word) => word.trim())
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return []
    const prefix = bitsOf(reversed(mask))
    return prefix === 0 ? [] : [cidrOf({ family: 4, value: reversed(destination) }, prefix)]
  })
}

/** All machines that tspod runs on have the lowest byte first. */
function reversed(hex: string): bigint {
  return BigInt(`0x${(hex.match(/../g) ?? []).reverse().join('')}`)
}

/** How many bits are set: masks of routes have theirs at the beginning. */
function bitsOf(mask: bigint): number {
  return mask.toString(2).replaceAll('0', '').length
}
