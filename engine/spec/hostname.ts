import { badValue } from './bad-value.ts'
import type { SpecInput } from './spec-input.ts'

/** Source: hostname(7), and uname(2) for the 64 characters that Linux takes. */
const HOSTNAME = /^(?=.{1,64}$)[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/

/**
 * The name a container has for itself: what was asked for, else its short id, and with the host's
 * network or UTS namespace the host's. In another container's UTS namespace it is that one's.
 *
 * @throws {TspodError} E_BAD_HOSTNAME
 * @see podman-run(1), "--hostname", "--uts"
 */
export function containerHostname({
  request,
  id,
  host,
  network,
  hostname: joined,
}: {
  readonly request: Pick<SpecInput['request'], 'hostname' | 'uts'>
  readonly id: string
  readonly host: Pick<SpecInput['host'], 'hostname'>
  readonly network: SpecInput['network']
  readonly hostname?: string | undefined
}): string {
  const isShared = request.uts === 'host' || request.uts?.startsWith('container:')
  if (request.hostname && isShared)
    throw badValue('E_BAD_HOSTNAME', '--hostname', request.hostname, "the UTS namespace is not the container's own")
  if (joined !== undefined) return joined
  if (request.uts === 'host') return host.hostname
  if (request.hostname === undefined || request.hostname === '')
    return network === 'host' ? host.hostname : id.slice(0, 12)
  if (HOSTNAME.test(request.hostname)) return request.hostname
  throw badValue(
    'E_BAD_HOSTNAME',
    '--hostname',
    request.hostname,
    'not a host name',
    'use up to 64 letters, digits, . and -',
  )
}
