import { protocolError } from './errors.ts'
import type { WireResponse } from './transport.ts'
import { endedEarly } from './unreachable.ts'

/**
 * The whole body, which must not be longer than `maxBytes`.
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: it is; E_REGISTRY_UNREACHABLE: the connection broke
 */
export async function readBody(response: WireResponse, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of response.body) {
    total += chunk.byteLength
    if (total > maxBytes)
      throw protocolError(`${response.host} sent more than ${maxBytes} bytes where less is expected`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Passes on a body that must be exactly `sizeBytes` long.
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: longer; E_REGISTRY_UNREACHABLE: shorter
 */
export async function* exactBody(response: WireResponse, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let received = 0
  for await (const chunk of response.body) {
    received += chunk.byteLength
    if (received > sizeBytes) throw protocolError(`${response.host} sent more than the ${sizeBytes} bytes of a blob`)
    yield chunk
  }
  if (received < sizeBytes) throw endedEarly(response.host)
}
