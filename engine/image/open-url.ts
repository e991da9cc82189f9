import { TspodError } from '../../base/errors.ts'
import { follow } from '../../storage/registry/redirect.ts'
import { DEFAULT_TIMEOUTS, openWire } from '../../storage/registry/transport.ts'
import type { Engine } from '../engine.ts'
import { openAccess } from './registry-access.ts'

/**
 * What an address has, through the proxies and with the certificate authorities of the environment.
 *
 * @throws {TspodError} E_BAD_URL: there is nothing; E_REGISTRY_UNREACHABLE, E_REGISTRY_PROTOCOL
 */
export async function* openUrl(engine: Engine, address: string): AsyncGenerator<Buffer> {
  const url = URL.parse(address)
  if (!url) throw new TspodError('E_BAD_URL', `${JSON.stringify(address.slice(0, 200))} is not an address`)
  const { registry } = await openAccess(engine)
  const { userAgent, authorities, certificates, proxy } = registry
  const wire = openWire({ userAgent, authorities, certificates, proxy, timeouts: DEFAULT_TIMEOUTS })
  try {
    const request = { method: 'GET' as const, url, headers: {}, verify: true, registry: url.host }
    const { response } = await follow(wire, request, { insecure: false })
    if (response.status !== 200) {
      throw new TspodError('E_BAD_URL', `${url.host} answered with status ${response.status}`)
    }
    for await (const chunk of response.body) yield Buffer.from(chunk)
  } finally {
    await wire.close()
  }
}
