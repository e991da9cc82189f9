import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { TspodError } from '../../base/errors.ts'

/** The proxies to go through, as in $HTTP_PROXY, $HTTPS_PROXY, $NO_PROXY. */
export interface ProxySettings {
  readonly http?: string
  readonly https?: string
  readonly no?: string
}

const SCHEMES: readonly string[] = ['http:', 'https:', 'socks5:']
const MAX_EXCEPTIONS = 1000

/**
 * The proxy to reach `url` through; `undefined` for none. This machine itself is never asked of a
 * proxy, nor is what `no` lists: `*`, names with all below them, `.names` for what is below alone,
 * addresses and networks (`10.0.0.0/8`), each with a port or without.
 *
 * @throws {TspodError} E_BAD_PROXY: the setting is not an address. It is not shown, as it may hold a password
 * @see golang.org/x/net/http/httpproxy, which podman and docker go by
 */
export function proxyFor(url: URL, settings: ProxySettings | undefined): URL | undefined {
  const isTls = url.protocol === 'https:'
  const setting = isTls ? settings?.https : settings?.http
  if (!setting || isExcepted(url, settings?.no ?? '')) return undefined
  const proxy = URL.parse(/^[a-z0-9]+:\/\//i.test(setting) ? setting : `http://${setting}`)
  if (proxy === null || !SCHEMES.includes(proxy.protocol) || proxy.hostname === '') {
    throw new TspodError('E_BAD_PROXY', `the proxy for ${isTls ? 'https' : 'http'} is not an address`, {
      hint: `correct $${isTls ? 'HTTPS' : 'HTTP'}_PROXY or $ALL_PROXY: http://host:port, https://host:port or socks5://host:port`,
    })
  }
  return proxy
}

function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (host === 'localhost' || isLoopback(host)) return true
  return exceptions
    .split(',', MAX_EXCEPTIONS)
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInNetwork(host, entry)
  const [, name = '', wantedPort] = /^(\[[^\]]*\]|[^:]*|[0-9a-f:]*:[0-9a-f:]*)(?::([0-9]+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const plain = name.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '')
  if (plain === '' || isIP(host)) return plain === host
  return plain.startsWith('.') ? host.endsWith(plain) : host === plain || host.endsWith(`.${plain}`)
}

function isLoopback(host: string): boolean {
  return isInNetwork(host, '127.0.0.0/8') || host === '::1'
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/')
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const isFamily = family === 'ipv4' ? isIPv4 : isIPv6
  if (!isFamily(host) || !isFamily(address) || !/^[0-9]{1,3}$/.test(prefix)) return false
  if (Number(prefix) > (family === 'ipv4' ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(address, Number(prefix), family)
  return list.check(host, family)
}
