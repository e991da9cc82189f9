import { badValue } from './bad-value.ts'
import type { SpecInput } from './spec-input.ts'

/** Source: hostname(7), and uname(2) for the 64 characters that Linux takes. */
const HOSTNAME = /^(?=.{1,64}$)[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/

/**
 * The name a container has for itself: what was asked for, else its short id, and with the host's
 * network the host's.
 *
 * @throws {TspodError} E_BAD_HOSTNAME
 * @see podman-run(1), "--hostname"
 */
export function containerHostname({
  request,
  id,
  host,
  network,
}: {
  readonly request: Pick<SpecInput['request'], 'hostname'>
  readonly id: string
  readonly host: Pick<SpecInput['host'], 'hostname'>
  readonly network: SpecInput['network']
}): string {
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
