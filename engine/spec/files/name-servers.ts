import { TspodError } from '../../../base/errors.ts'

/**
 * What resolv.conf is to name, of `--dns`. `none` leaves the image its own file, so nothing can be named beside it.
 *
 * @throws {TspodError} E_BAD_DNS
 * @see podman-run(1), "--dns": none is not allowed with other addresses
 */
export function nameServers(dns: readonly string[] = []): readonly string[] {
  if (!dns.includes('none')) return dns
  const other = dns.find((server) => server !== 'none')
  if (other === undefined) return []
  throw new TspodError('E_BAD_DNS', `--dns: "none" and ${JSON.stringify(other)} exclude each other`, {
    hint: 'leave "none" out: with it the image keeps its own /etc/resolv.conf',
  })
}
