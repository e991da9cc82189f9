import type { Dispatcher } from 'undici'
import { type ConnectOptions, openDispatchers, type Route, type RouteRequest, type Timeouts } from './dispatchers.ts'
import { unreachable } from './unreachable.ts'

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, headersMs: 30_000, bodyIdleMs: 30_000 }

export interface WireOptions extends ConnectOptions {
  readonly userAgent: string
  readonly signal?: AbortSignal | undefined
}

export interface WireRequest extends RouteRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody | undefined
  /** how long the answer may take to begin, where the server has much to do */
  readonly headersMs?: number | undefined
}

/** What is sent; `open` is called again for each attempt at sending it. */
export interface RequestBody {
  readonly sizeBytes: number
  open(): Uint8Array | AsyncIterable<Uint8Array>
}

export interface WireResponse {
  /** what was asked: where it sends us is relative to this */
  readonly url: URL
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
  const dispatchers = openDispatchers(options)
  return {
    send: async (request) => sendOn(await dispatchers.route(request), request, options),
    close: () => dispatchers.close(),
  }
}

async function sendOn(route: Route, request: WireRequest, options: WireOptions): Promise<WireResponse> {
  const { host, origin, pathname, search } = request.url
  const { signal } = options
  const body = request.body && watched(request.body)
  signal?.throwIfAborted()
  try {
    const response = await route.dispatcher.request({
      origin,
      path: pathname + search,
      method: request.method,
      headers: {
        ...request.headers,
        ...(body && { 'content-length': `${body.sizeBytes}` }),
        'user-agent': options.userAgent,
      },
      // An AsyncIterable is a body, though the types do not know it. Source: undici, lib/core/request.js.
      ...(body && { body: body.content as Uint8Array }),
      ...(request.headersMs !== undefined && { headersTimeout: request.headersMs }),
      ...(signal && { signal }),
    })
    return wireResponse(request.url, response, signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (body?.failure() !== undefined) throw body.failure()
    throw unreachable(host, error, route)
  }
}

/** Remembers an error of where the body comes from: it is not one of the connection. */
function watched({ sizeBytes, open }: RequestBody) {
  let failure: unknown
  async function* watch(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* stream
    } catch (error) {
      failure = error
      throw error
    }
  }
  const opened = open()
  return {
    sizeBytes,
    content: opened instanceof Uint8Array ? opened : watch(opened),
    failure: () => failure,
  }
}

function wireResponse(url: URL, response: Dispatcher.ResponseData, signal: AbortSignal | undefined): WireResponse {
  const { statusCode, headers, body } = response
  // A body dropped half-way reports that as an error to whoever listens, and ends the process when nobody does.
  body.on('error', () => undefined)
  return {
    url,
    host: url.host,
    status: statusCode,
    header(name) {
      const value = Object.hasOwn(headers, name) ? headers[name] : undefined
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: typedBody(url.host, body, signal),
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
