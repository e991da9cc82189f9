import type { Dispatcher } from 'undici'
import { loadAuthorities } from './certificates.ts'
import { unreachable } from './unreachable.ts'

/** The proxies to go through, as in $HTTP_PROXY, $HTTPS_PROXY, $NO_PROXY. */
export interface ProxySettings {
  readonly http?: string
  readonly https?: string
  readonly no?: string
}

export interface Timeouts {
  readonly connectMs: number
  readonly headersMs: number
  /** between two pieces of a body */
  readonly bodyIdleMs: number
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, headersMs: 30_000, bodyIdleMs: 30_000 }

export interface WireOptions {
  readonly userAgent: string
  readonly timeouts: Timeouts
  /** $SSL_CERT_FILE: the authorities to trust instead of the system's */
  readonly caFile?: string | undefined
  readonly proxy?: ProxySettings | undefined
  readonly signal?: AbortSignal | undefined
}

export interface WireRequest {
  readonly method: 'GET' | 'HEAD'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly verify: boolean
}

export interface WireResponse {
  readonly host: string
  readonly status: number
  /** of several headers of one name all, with commas between */
  header(name: string): string | undefined
  /** Ends with a RegistryFailure where the connection does. */
  readonly body: AsyncIterable<Uint8Array>
  /** For a body nobody reads: the connection becomes free for the next request. */
  discard(): Promise<void>
}

/** One HTTP exchange at a time, without any knowledge of registries: no redirects, no retries, no authentication. */
export interface Wire {
  /** @throws {RegistryFailure} E_REGISTRY_UNREACHABLE, E_REGISTRY_PROTOCOL: no HTTP answer came */
  send(request: WireRequest): Promise<WireResponse>
  close(): Promise<void>
}

const DISCARD_BYTES = 64 << 10

/** Connections are made when first needed, and kept open between requests until `close`. */
export function openWire(options: WireOptions): Wire {
  const dispatchers = new Map<string, Promise<Dispatcher>>()
  // Apart, because reading the authorities takes time that plain HTTP has no use for.
  const dispatcherFor = (isTls: boolean, verify: boolean): Promise<Dispatcher> => {
    const key = `${isTls} ${verify}`
    const made = dispatchers.get(key) ?? makeDispatcher(options, { isTls, verify })
    dispatchers.set(key, made)
    return made
  }
  return {
    send: async (request) =>
      sendOn(await dispatcherFor(request.url.protocol === 'https:', request.verify), request, options),
    async close() {
      const made = await Promise.allSettled(dispatchers.values())
      dispatchers.clear()
      await Promise.all(made.map((result) => (result.status === 'fulfilled' ? result.value.destroy() : undefined)))
    },
  }
}

async function makeDispatcher(options: WireOptions, mode: { isTls: boolean; verify: boolean }): Promise<Dispatcher> {
  const { Agent, buildConnector, EnvHttpProxyAgent } = await import('undici')
  const tls = mode.isTls
    ? { rejectUnauthorized: mode.verify, ...(mode.verify && { secureContext: await loadAuthorities(options.caFile) }) }
    : {}
  const { connectMs, headersMs, bodyIdleMs } = options.timeouts
  const shared = { headersTimeout: headersMs, bodyTimeout: bodyIdleMs, allowH2: false }
  const connect = buildConnector({ timeout: connectMs, allowH2: false, ...tls })
  const proxy = options.proxy
  if (!proxy?.http && !proxy?.https) return new Agent({ ...shared, connect })
  return new EnvHttpProxyAgent({
    ...shared,
    connect,
    requestTls: tls,
    // '' and not undefined, which would mean: look into the environment.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.no ?? '',
  })
}

async function sendOn(dispatcher: Dispatcher, request: WireRequest, options: WireOptions): Promise<WireResponse> {
  const { host, origin, pathname, search } = request.url
  const { signal } = options
  signal?.throwIfAborted()
  try {
    const response = await dispatcher.request({
      origin,
      path: pathname + search,
      method: request.method,
      headers: { ...request.headers, 'user-agent': options.userAgent },
      ...(signal && { signal }),
    })
    return wireResponse(host, response, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw unreachable(host, error)
  }
}

function wireResponse(host: string, response: Dispatcher.ResponseData, signal: AbortSignal | undefined): WireResponse {
  const { statusCode, headers, body } = response
  // A body dropped half-way reports that as an error to whoever listens, and ends the process when nobody does.
  body.on('error', () => undefined)
  return {
    host,
    status: statusCode,
    header(name) {
      const value = Object.hasOwn(headers, name) ? headers[name] : undefined
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: typedBody(host, body, signal),
    async discard() {
      await body.dump({ limit: DISCARD_BYTES })
    },
  }
}

async function* typedBody(
  host: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    signal?.throwIfAborted()
    throw unreachable(host, error)
  }
}
