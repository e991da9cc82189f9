import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Digest } from '../content/digest.ts'

export interface FakeUploadOptions {
  /** refuses bodies larger than this with 413 */
  readonly maxBodyBytes?: number
  /** where to send uploads: a path, or a whole address */
  readonly location?: (id: string) => string
  /** what its repositories may mount from */
  readonly mountable?: readonly string[]
}

interface Contents {
  has(digest: string): boolean
  put(bytes: Buffer, options: { readonly mediaType: string; readonly tag?: string }): Digest
}

/** For tests: the write side of a registry, by OCI distribution-spec, "Push". `true` when it deals with a request. */
export function fakeUploads(contents: Contents, options: FakeUploadOptions = {}) {
  const uploads = new Map<string, Buffer[]>()
  const maxBodyBytes = options.maxBodyBytes ?? Number.POSITIVE_INFINITY
  const sizeOf = (id: string): number => (uploads.get(id) ?? []).reduce((sum, chunk) => sum + chunk.byteLength, 0)
  let count = 0

  const accepted = (response: ServerResponse, id: string, status = 202): void => {
    const size = sizeOf(id)
    const location = options.location?.(id) ?? `/v2/team/app/blobs/uploads/${id}?_state=a%3D${size}`
    response.writeHead(status, { location, range: `0-${Math.max(size - 1, 0)}` }).end()
  }
  const receive = (id: string, request: IncomingMessage, done: () => void): void => {
    const chunks = uploads.get(id) ?? []
    uploads.set(id, chunks)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', done)
  }
  const start = (url: URL, request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    const mount = url.searchParams.get('mount')
    const from = url.searchParams.get('from') ?? ''
    if (mount !== null && options.mountable?.includes(from) && contents.has(mount)) {
      return void response.writeHead(201, { location: `/v2/team/app/blobs/${mount}` }).end()
    }
    const id = `upload-${++count}`
    uploads.set(id, [])
    accepted(response, id)
  }
  const finish = (id: string, url: URL, response: ServerResponse): void => {
    const bytes = Buffer.concat(uploads.get(id) ?? [])
    uploads.delete(id)
    const digest = contents.put(bytes, { mediaType: 'application/octet-stream' })
    if (digest === url.searchParams.get('digest')) return void response.writeHead(201).end()
    response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}')
  }

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = new URL(request.url ?? '', 'http://x')
    const last = url.pathname.split('/').at(-1) ?? ''
    if (request.method === 'POST') start(url, request, response)
    else if (request.method === 'PUT' && url.pathname.includes('/manifests/')) {
      receive('manifest', request, () => {
        const mediaType = request.headers['content-type'] ?? ''
        const bytes = Buffer.concat(uploads.get('manifest') ?? [])
        uploads.delete('manifest')
        const digest = contents.put(bytes, { mediaType, ...(!last.includes(':') && { tag: last }) })
        response.writeHead(201, { 'docker-content-digest': digest }).end()
      })
    } else if (!url.pathname.includes('/blobs/uploads/')) return false
    else if (!uploads.has(last)) response.writeHead(404).end()
    else if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) response.writeHead(413).end()
    else if (request.method === 'GET') accepted(response, last, 204)
    else if (request.method === 'PATCH') {
      const start = Number(/^([0-9]+)-[0-9]+$/.exec(request.headers['content-range'] ?? '')?.[1])
      if (start !== sizeOf(last)) response.writeHead(416).end()
      else receive(last, request, () => accepted(response, last))
    } else receive(last, request, () => finish(last, url, response))
    return true
  }
}
