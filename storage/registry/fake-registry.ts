import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type Digest, digestOfHex } from '../content/digest.ts'
import type { Endpoint } from './endpoint.ts'
import { type FakeUploadOptions, fakeUploads } from './fake-uploads.ts'
import { OCI_MANIFEST } from './media-type.ts'

/** For tests: a registry on loopback that serves what it is given, and misbehaves when told to. */
export interface FakeRegistry extends AsyncDisposable {
  readonly host: string
  readonly endpoint: Endpoint
  /** `GET /v2/…`, and what came in the Authorization header */
  readonly requests: {
    readonly line: string
    readonly authorization: string | undefined
    readonly range: string | undefined
  }[]
  put(bytes: Uint8Array | string, options?: PutOptions): Digest
  /** what it has, by digest or tag */
  content(key: string): Buffer | undefined
  /** The next request whose line, `METHOD /path`, contains `part` goes here instead. */
  once(part: string, misbehave: Misbehaviour, times?: number): void
}

interface PutOptions {
  readonly mediaType?: string
  readonly tag?: string
}

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void

export interface FakeOptions {
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly ignoreRange?: boolean
  /** see FakeUploads */
  readonly uploads?: FakeUploadOptions
}

export const FAKE_REPOSITORY = 'team/app'

export async function startFakeRegistry(options: FakeOptions = {}): Promise<FakeRegistry> {
  const contents = new Map<string, { readonly bytes: Buffer; readonly mediaType: string; readonly digest: Digest }>()
  const requests: { line: string; authorization: string | undefined; range: string | undefined }[] = []
  const faults: { part: string; misbehave: Misbehaviour; times: number }[] = []

  const put = (content: Uint8Array | string, { mediaType = OCI_MANIFEST, tag }: PutOptions = {}): Digest => {
    const bytes = Buffer.from(content)
    const digest = sha256(bytes)
    contents.set(digest, { bytes, mediaType, digest })
    if (tag !== undefined) contents.set(tag, { bytes, mediaType, digest })
    return digest
  }
  const uploads = fakeUploads({ has: (digest) => contents.has(digest), put }, options.uploads)
  const server = listener(options, (request, response) => {
    const { authorization, range } = request.headers
    requests.push({ line: `${request.method} ${request.url}`, authorization, range })
    const fault = faults.find(({ part, times }) => times > 0 && `${request.method} ${request.url}`.includes(part))
    if (fault) {
      fault.times--
      return fault.misbehave(request, response)
    }
    if (uploads(request, response)) return
    const found = contents.get(request.url?.split('/').at(-1) ?? '')
    if (!found) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[]}')
    const { bytes, mediaType, digest } = found
    const start = options.ignoreRange ? 0 : Number(/^bytes=([0-9]+)-$/.exec(range ?? '')?.[1] ?? 0)
    response.writeHead(start > 0 ? 206 : 200, {
      'content-type': mediaType,
      'docker-content-digest': digest,
      'content-length': bytes.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    })
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start))
  })
  const host = await listen(server)
  return {
    host,
    requests,
    endpoint: endpointOn(host, options.tls ? [{ scheme: 'https', verify: true }] : [{ scheme: 'http', verify: false }]),
    put,
    content: (key) => contents.get(key)?.bytes,
    once: (part, misbehave, times = 1) => void faults.push({ part, misbehave, times }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function endpointOn(host: string, protocols: Endpoint['protocols'], isMirror = false): Endpoint {
  return { registry: host, host, repositoryPath: FAKE_REPOSITORY, protocols, isMirror, origin: 'a test' }
}

/** An address on loopback where nobody listens: one that was free a moment ago. */
export async function closedPort(): Promise<string> {
  const server = createServer()
  const host = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return host
}

export function sha256(bytes: Uint8Array | string): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'))
}

/** A misbehaviour that answers with a status. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Misbehaviour {
  return (_request, response) => void response.writeHead(code, headers).end(body)
}

function listener(options: FakeOptions, handle: RequestListener): Server {
  return options.tls ? createTlsServer(options.tls, handle) : createServer(handle)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return `127.0.0.1:${address.port}`
}
