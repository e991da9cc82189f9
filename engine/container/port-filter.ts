import { badFilter } from './filter-values.ts'

const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/

/**
 * `port[-port][/protocol]` as filters have it, publish of the host and expose of the container; without a protocol it is tcp.
 * Source: docker-ps(1), "--filter", publish and expose.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function portTest(text: string): (port: number, protocol: string) => boolean {
  const [, first = '', last = first, protocol = 'tcp'] = PORTS.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first === '' || from > to || to > 65535) {
    throw badFilter(`no ports: ${JSON.stringify(text.slice(0, 100))}`, 'write 80, 80/udp or 8000-8010')
  }
  return (port, of) => of === protocol && port >= from && port <= to
}
