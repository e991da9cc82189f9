import type { Dispatcher } from 'undici'
import { type AuthoritySources, loadTlsContext } from './certificates.ts'
import {
  type CertificatePlaces,
  certificateDirectory,
  NO_CERTIFICATES,
  readHostCertificates,
} from './host-certificates.ts'
import { type ProxySettings, proxyFor } from './proxy.ts'

export interface Timeouts {
  readonly connectMs: number
  readonly headersMs: number
  /** between two pieces of a body */
  readonly bodyIdleMs: number
}

export interface ConnectOptions {
  readonly timeouts: Timeouts
  readonly authorities?: AuthoritySources | undefined
  readonly certificates?: CertificatePlaces | undefined
  readonly proxy?: ProxySettings | undefined
}

/** How one request travels. */
export interface Route {
  readonly dispatcher: Dispatcher
  /** host and port of the proxy on the way */
  readonly proxy: string | undefined
  /** the directory of certs.d that was looked into */
  readonly certificates: string | undefined
}

export interface RouteRequest {
  readonly url: URL
  readonly verify: boolean
  /** the registry it is about, host and port: its certificates count for whom it refers us to as well */
  readonly registry: string
}

/** Kinds of connections, each made when it is first needed. */
export interface Dispatchers {
  /** @throws {TspodError} E_BAD_CERTIFICATES, E_BAD_PROXY */
  route(request: RouteRequest): Promise<Route>
  close(): Promise<void>
}

export function openDispatchers(options: ConnectOptions): Dispatchers {
  const made = new Map<string, Promise<Dispatcher>>()
  return {
    async route({ url, verify, registry }) {
      const proxy = proxyFor(url, options.proxy)
      const isTls = url.protocol === 'https:'
      const certificates = isTls ? certificateDirectory(registry, options.certificates ?? {}) : undefined
      // Apart, because reading the authorities takes time that plain HTTP has no use for.
      const key = JSON.stringify([isTls, verify, certificates, proxy?.href])
      const dispatcher = made.get(key) ?? makeDispatcher(options, { isTls, verify, certificates, proxy })
      made.set(key, dispatcher)
      return { dispatcher: await dispatcher, proxy: proxy?.host, certificates }
    },
    async close() {
      const settled = await Promise.allSettled(made.values())
      made.clear()
      await Promise.all(settled.map((result) => (result.status === 'fulfilled' ? result.value.destroy() : undefined)))
    },
  }
}

interface Kind {
  readonly isTls: boolean
  readonly verify: boolean
  readonly certificates: string | undefined
  readonly proxy: URL | undefined
}

async function makeDispatcher(options: ConnectOptions, { proxy, ...kind }: Kind): Promise<Dispatcher> {
  const { Agent, buildConnector, ProxyAgent } = await import('undici')
  const tls = kind.isTls ? await tlsOptions(options, kind) : {}
  const { connectMs, headersMs, bodyIdleMs } = options.timeouts
  const shared = { headersTimeout: headersMs, bodyTimeout: bodyIdleMs, allowH2: false }
  if (proxy) {
    const isTls = proxy.protocol === 'https:'
    // A proxy is not the registry: its certificate has to be one that everybody trusts.
    const proxyTls = isTls ? { secureContext: await loadTlsContext(options.authorities ?? {}, NO_CERTIFICATES) } : {}
    return new ProxyAgent({ ...shared, uri: proxy.href, connectTimeout: connectMs, requestTls: tls, proxyTls })
  }
  return new Agent({ ...shared, connect: buildConnector({ timeout: connectMs, allowH2: false, ...tls }) })
}

async function tlsOptions(options: ConnectOptions, { verify, certificates }: Omit<Kind, 'proxy'>) {
  // No authorities: reading those that node brings takes 10 ms, and nobody is asked for one.
  if (!verify && certificates === undefined) return { rejectUnauthorized: false, ca: [] }
  const host = certificates === undefined ? NO_CERTIFICATES : readHostCertificates(certificates)
  return { rejectUnauthorized: verify, secureContext: await loadTlsContext(options.authorities ?? {}, host) }
}
