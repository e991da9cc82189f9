import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** A proxy in front of a registry, which remembers what was asked and may want a token first. */
export interface Front extends AsyncDisposable {
  readonly host: string
  /** `GET /v2/…`, in the order of arrival */
  readonly requests: string[]
  /** how often each blob was fetched, by its digest */
  downloads(): Record<string, number>
}

export interface FrontOptions {
  /** answers only who brings a token that it gave away itself. Source: distribution, docs/spec/auth/token.md */
  readonly wantsToken?: boolean
  /** Deals with a request itself, and says so by `true`. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean
}

const TOKEN = 'for-anybody'

export async function startFront(registry: string, options: FrontOptions = {}): Promise<Front> {
  const requests: string[] = []
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    if (options.instead?.(incoming, response)) return
    if (options.wantsToken && !incoming.url?.startsWith('/v2/')) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: TOKEN }))
    } else if (options.wantsToken && incoming.headers.authorization !== `Bearer ${TOKEN}`) {
      const challenge = `Bearer realm="http://${host}/token",service="front"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    } else passOn(registry, incoming, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  const host = `127.0.0.1:${address.port}`
  return {
    host,
    requests,
    downloads: () => countDownloads(requests),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function passOn(registry: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming
  const onward = request(`http://${registry}${incoming.url}`, { method: method ?? 'GET', headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  incoming.pipe(onward)
}

function countDownloads(requests: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of requests) {
    const digest = /^GET .*\/blobs\/(sha256:[0-9a-f]{64})$/.exec(line)?.[1]
    if (digest !== undefined) counts[digest] = (counts[digest] ?? 0) + 1
  }
  return counts
}
