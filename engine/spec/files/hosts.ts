import { isIP } from 'node:net'
import { TspodError } from '../../../base/errors.ts'
import { badValue } from '../bad-value.ts'

export interface HostsInput {
  readonly hostname: string
  readonly name: string
  /** the container's own, where it is known */
  readonly address: string | undefined
  /** where the container reaches the host, where it can */
  readonly hostAddress: string | undefined
  /** `--add-host` */
  readonly addHosts?: readonly string[]
  /** `--domainname` */
  readonly domainname?: string
  /** what stands between what the user adds and what is ours: of `--hosts-file` */
  readonly base?: string
}

interface Entry {
  readonly address: string
  readonly names: readonly string[]
}

const NAME = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})$/
const HOST_GATEWAY = 'host-gateway'

/**
 * The text of the container's /etc/hosts. What the user adds comes first, so that it is what is found.
 *
 * @throws {TspodError} E_BAD_ADD_HOST
 * @throws {TspodError} E_NO_HOST_GATEWAY: `host-gateway` where the container cannot reach the host
 * @see hosts(5); podman-run(1), "--add-host"
 */
export function hostsFile(input: HostsInput): string {
  const { hostname, name, address, hostAddress, domainname, base = '' } = input
  const added = (input.addHosts ?? []).map((text) => parseAddHost(text, hostAddress))
  const full = domainname ? [`${hostname}.${domainname}`] : []
  const own: Entry[] = [
    { address: '127.0.0.1', names: ['localhost', 'localhost.localdomain', 'localhost4'] },
    { address: '::1', names: ['localhost', 'localhost.localdomain', 'localhost6'] },
    ...(hostAddress ? [{ address: hostAddress, names: ['host.containers.internal', 'host.docker.internal'] }] : []),
    { address: address ?? '127.0.0.1', names: [...new Set([...full, hostname, name])] },
  ]
  return [...added.map(lineOf), base === '' || base.endsWith('\n') ? base : `${base}\n`, ...own.map(lineOf)].join('')
}

function lineOf({ address, names }: Entry): string {
  return `${address}\t${names.join(' ')}\n`
}

/** `name[;name…]:address`, where docker also takes `=` and brackets, and an address may be `host-gateway`. */
export function parseAddHost(text: string, hostAddress: string | undefined): Entry {
  const at = text.search(/[=:]/)
  const names = at < 0 ? [] : text.slice(0, at).split(';')
  const value = text.slice(at + 1).replace(/^\[(.*)\]$/, '$1')
  if (at < 0 || !names.every((name) => NAME.test(name)))
    throw badAddHost(text, 'it does not begin with a host name and a colon')
  if (value === HOST_GATEWAY && hostAddress === undefined) {
    throw new TspodError(
      'E_NO_HOST_GATEWAY',
      `no host-gateway for ${names.join(' ')}: this network does not reach the host`,
    )
  }
  const address = value === HOST_GATEWAY ? (hostAddress ?? '') : value
  if (isIP(address) === 0 || address.includes('%')) throw badAddHost(text, 'what follows the name is not an address')
  return { address, names }
}

function badAddHost(text: string, why: string): TspodError {
  return badValue('E_BAD_ADD_HOST', '--add-host', text, why, 'write name:address, as in db:10.0.0.7')
}
