import type { Address } from '../addresses/address.ts'
import { addressBytes } from './address-bytes.ts'
import { attribute, message, NESTED, NLM, text, u8, u16, u32 } from './message.ts'
import { FAMILY } from './route.ts'

/** Source: rtnetlink(7); include/uapi/linux/neighbour.h */
const RTM_SET_TABLE = 67
const RTM_NEW_NEIGHBOUR = 28
const NDA = { destination: 1, linkAddress: 2 } as const
const STATE_PERMANENT = 0x80
const NDTA = { name: 1, parameters: 6 } as const
const NDTPA = { link: 1, proxyDelay: 13 } as const

/**
 * Nobody is asked for the owner of this address on a link.
 *
 * @returns the link's index is to stand at byte `INDEX_AT`
 */
export function addNeighbour(address: Address, mac: Buffer): Buffer {
  return message(
    RTM_NEW_NEIGHBOUR,
    NLM.create | NLM.replace,
    u8(FAMILY[address.family], 0, 0, 0),
    u32(0),
    u16(STATE_PERMANENT),
    u8(0, 0),
    attribute(NDA.destination, addressBytes(address)),
    attribute(NDA.linkAddress, mac),
  )
}

/**
 * Whoever asks by this link for the owner of an address that we answer for hears it at once, instead of after up to
 * 0.8 seconds. Source: kernel documentation, ip-sysctl.rst; arp(7), "proxy_delay"
 *
 * @returns the link's index is to stand at byte `at`
 */
export function answerAtOnce(): { readonly message: Buffer; readonly at: number } {
  const head = Buffer.concat([u8(2, 0, 0, 0), attribute(NDTA.name, text('arp_cache'))])
  const parameters = [attribute(NDTPA.link, u32(0)), attribute(NDTPA.proxyDelay, u32(0, 0))]
  const bytes = message(RTM_SET_TABLE, NLM.replace, head, attribute(NDTA.parameters | NESTED, ...parameters))
  // The header of the message, what is before the parameters, and the headers of these two.
  return { message: bytes, at: 16 + head.length + 4 + 4 }
}
