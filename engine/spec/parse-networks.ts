import { TspodError } from '../../base/errors.ts'
import { parseAddress } from '../../network/addresses/address.ts'
import { parseMac } from '../../network/addresses/mac.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'

/** What a container wants of one network. */
export interface NetworkWish {
  /** name or id */
  readonly network: string
  readonly aliases: readonly string[]
  readonly ip4?: string
  readonly ip6?: string
  readonly mac?: string
  readonly interfaceName?: string
}

/** `mode` is `host` and the like, `container:web`; '' is the default. */
export type RequestedNetworks = { readonly mode: string } | { readonly wishes: readonly NetworkWish[] }

type NetworkWords = Pick<RunRequest, 'networks' | 'ip' | 'ip6' | 'macAddress' | 'networkAliases'>
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What is no name of a network. Source: podman-run(1), "--network". */
export const NETWORK_MODES: readonly string[] = [
  '',
  'container',
  'default',
  'host',
  'none',
  'ns',
  'pasta',
  'pod',
  'private',
  'slirp4netns',
]
const HOST_NAME = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})$/
const MOST_NETWORKS = 64
const MOST_ALIASES = 256

/**
 * `--network`, once or several times, with `--ip`, `--ip6`, `--mac-address` and `--network-alias`.
 *
 * @throws {TspodError} E_BAD_NETWORK, E_BAD_ADDRESS
 * @see podman-run(1), "--network"; docker-run(1), "--network"
 */
export function parseNetworks(request: NetworkWords): RequestedNetworks {
  const texts = (request.networks ?? []).flatMap(oneByOne)
  const mode = texts.find((text) => !namesNetwork(text))
  if (texts.length === 0 || mode !== undefined) {
    requireNoWishes(request)
    if (texts.length < 2) return { mode: withoutName(mode ?? '') }
    throw new TspodError('E_BAD_NETWORK', `a container with the network ${mode} can have no other`, {
      hint: 'give --network once, or networks with names alone',
    })
  }
  if (texts.length > MOST_NETWORKS)
    throw new TspodError('E_BAD_NETWORK', `a container can be in ${MOST_NETWORKS} networks, not in ${texts.length}`)
  return { wishes: withFlags(texts.map(parseWish), request) }
}

/** The container whose network is shared, as it was typed. */
export function sharedNetwork({ networks = [] }: Pick<RunRequest, 'networks'>): string | undefined {
  return networks.map((text) => /^container:(.+)$/.exec(text)?.[1]).find((ref) => ref !== undefined)
}

/** podman's `one,two` is two networks; commas after a colon, or in docker's words, part options. */
function oneByOne(text: string): string[] {
  return /^[^:=]+$/.test(text) ? text.split(',') : [text]
}

/** docker's `name=host` is `host`. */
function withoutName(text: string): string {
  return /^name=([^,]*)$/.exec(text)?.[1] ?? text
}

/** Whether it is a network, and not a mode. */
export function namesNetwork(text: string): boolean {
  return !NETWORK_MODES.includes(modeOf(text))
}

function modeOf(text: string): string {
  return withoutName(text).split(':', 1)[0] ?? ''
}

/** Source: podman's words are "can only be set when the network mode is bridge". */
function requireNoWishes({ ip, ip6, macAddress, networkAliases = [] }: NetworkWords): void {
  const [flag] = [
    ...(ip === undefined ? [] : ['--ip']),
    ...(ip6 === undefined ? [] : ['--ip6']),
    ...(macAddress === undefined ? [] : ['--mac-address']),
    ...(networkAliases.length > 0 ? ['--network-alias'] : []),
  ]
  if (flag === undefined) return
  throw new TspodError('E_BAD_NETWORK', `${flag} can only be set in a network with a name`, {
    hint: 'add --network bridge, or one made with "tspod network create"',
  })
}

/** `name[:ip=…,alias=…]`, or docker's `name=…,ip=…,alias=…`. */
function parseWish(text: string): NetworkWish {
  const isDockers = /^[a-z0-9-]+=/.test(text)
  const colon = text.indexOf(':')
  const rest = isDockers ? text : colon < 0 ? '' : text.slice(colon + 1)
  const wish: Writable<NetworkWish> = {
    network: isDockers ? '' : text.slice(0, colon < 0 ? undefined : colon),
    aliases: [],
  }
  for (const word of rest.split(',').filter((part) => part !== '')) addWord(wish, word, { text, isDockers })
  if (wish.network === '') throw badNetwork(text, 'it names no network')
  return wish
}

function addWord(
  wish: Writable<NetworkWish>,
  word: string,
  { text, isDockers }: { text: string; isDockers: boolean },
): void {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word : word.slice(0, equals)
  const value = equals < 0 ? '' : word.slice(equals + 1)
  if (value === '') throw badNetwork(text, `${name} has no value`)
  if (has(wish, name, value)) throw badNetwork(text, `${name} is given twice`)
  if (name === 'name' && isDockers) wish.network = value
  else if (name === 'alias') wish.aliases = [...wish.aliases, parseAlias(value)]
  else if (name === 'ip' || name === 'ip6') Object.assign(wish, addressWish(value, text))
  else if (name === 'mac' || name === 'mac-address') wish.mac = macWish(value, text)
  else if (name === 'interface_name') wish.interfaceName = value
  else if (name !== 'gw-priority')
    throw badNetwork(text, `there is no option ${name}`, 'there are ip, ip6, mac, alias and interface_name')
}

/** Of all but aliases there is one; `ip` is for both versions. */
function has(wish: NetworkWish, name: string, value: string): boolean {
  if (name === 'ip' || name === 'ip6') return (value.includes(':') ? wish.ip6 : wish.ip4) !== undefined
  if (name === 'mac' || name === 'mac-address') return wish.mac !== undefined
  if (name === 'interface_name') return wish.interfaceName !== undefined
  return name === 'name' && wish.network !== ''
}

/** Flags without a network mean the only one, but for aliases, which are those in every one. */
function withFlags(
  wishes: readonly NetworkWish[],
  { ip, ip6, macAddress, networkAliases = [] }: NetworkWords,
): NetworkWish[] {
  const single = Object.entries({ '--ip': ip, '--ip6': ip6, '--mac-address': macAddress })
  const [flag] = single.find(([, value]) => value !== undefined) ?? []
  if (flag !== undefined && wishes.length > 1) {
    throw new TspodError('E_BAD_NETWORK', `${flag} can only be set where there is a single network`, {
      hint: 'write it behind the name, as in --network NAME:ip=10.89.0.5',
    })
  }
  const own = [
    ...(ip === undefined ? [] : [addressWish(ip, ip, '--ip')]),
    ...(ip6 === undefined ? [] : [addressWish(ip6, ip6, '--ip6')]),
    ...(macAddress === undefined ? [] : [{ mac: macWish(macAddress, macAddress, '--mac-address') }]),
  ]
  const aliases = networkAliases.map(parseAlias)
  return wishes.map((wish) => {
    const all = [...new Set([...wish.aliases, ...aliases])]
    if (all.length > MOST_ALIASES)
      throw new TspodError('E_BAD_NETWORK', `more than ${MOST_ALIASES} names in one network`)
    return Object.assign({ ...wish, aliases: all }, ...own)
  })
}

/** By its version, whatever it was called. */
export function addressWish(value: string, text: string, flag = '--network'): Pick<NetworkWish, 'ip4' | 'ip6'> {
  const address = parseAddress(value)
  if (address) return address.family === 4 ? { ip4: value } : { ip6: value }
  throw badValue('E_BAD_ADDRESS', flag, text, flag === '--network' ? `${value} is not an address` : 'not an address')
}

export function macWish(value: string, text: string, flag = '--network'): string {
  const mac = parseMac(value)
  if (mac) return mac
  throw badValue('E_BAD_ADDRESS', flag, text, 'not the address of one device', 'write it as in 02:42:0a:59:00:05')
}

export function parseAlias(text: string): string {
  if (HOST_NAME.test(text)) return text
  throw badValue('E_BAD_NETWORK', '--network-alias', text, 'not a name for a host')
}

function badNetwork(text: string, why: string, hint?: string): TspodError {
  return badValue('E_BAD_NETWORK', '--network', text, why, hint)
}
