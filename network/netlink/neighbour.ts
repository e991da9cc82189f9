import { attribute, message, NESTED, NLM, text, u8, u32 } from './message.ts'

/** Source: rtnetlink(7); include/uapi/linux/neighbour.h */
const RTM_SET_TABLE = 67
const NDTA = { name: 1, parameters: 6 } as const
const NDTPA = { link: 1, proxyDelay: 13 } as const

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
