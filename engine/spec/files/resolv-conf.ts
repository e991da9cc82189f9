import { isIP } from 'node:net'
import { badValue } from '../bad-value.ts'

export interface ResolvConfInput {
  /** the host's /etc/resolv.conf; '' where there is none */
  readonly hostText: string
  /** /run/systemd/resolve/resolv.conf, which names what systemd-resolved asks; '' where there is none */
  readonly systemdText: string
  /** where the network has one of its own */
  readonly nameserver: string | undefined
  /** it knows names that others do not, and some programs ask all there are at once */
  readonly knowsMore?: boolean
  /** the container is in the host's network, so that the host's loopback is its own */
  readonly hostNetwork: boolean
  /** `--dns` */
  readonly dns?: readonly string[]
  /** `--dns-search`; `.` is none */
  readonly dnsSearch?: readonly string[]
  /** `--dns-option` */
  readonly dnsOptions?: readonly string[]
}

/** Lines that are kept, and how many of each: more is not from an administrator. Source: resolv.conf(5). */
const KEPT = /^(search|domain|options|sortlist)\s/
/** Near enough for a file of the host: node's own test for version 6 compiles a pattern for 3 ms. */
const ADDRESS = /^((\d{1,3}\.){3}\d{1,3}|(?=.*:)[0-9a-fA-F:.]+(%\S+)?)$/
const MAX_LINES = 32
const MAX_LENGTH = 2048

/**
 * The text of the container's /etc/resolv.conf: the host's search list and options, and the name
 * server that knows names of the network, which asks those of `--dns`; else these, else the network's own and those of
 * the host that can be reached from inside: one on the loopback cannot, and is replaced by what it stands for.
 *
 * @throws {TspodError} E_BAD_DNS
 * @see resolv.conf(5); podman-run(1), "--dns", "--dns-search", "--dns-option"
 */
export function resolvConf(input: ResolvConfInput): string {
  const search = (input.dnsSearch ?? []).map(parseSearch).filter((domain) => domain !== '.')
  const options = (input.dnsOptions ?? []).map(parseOption)
  const kept = [
    ...linesOf(input.hostText).filter((line) => KEPT.test(line) && !isReplaced(line, input)),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ]
  const chosen = (input.dns ?? []).map(parseDns)
  const servers = chosen.length > 0 && !input.knowsMore ? chosen : usualServers(input)
  return [...kept, ...new Set(servers.map((server) => `nameserver ${server}`))].map((line) => `${line}\n`).join('')
}

/** What the user says takes the place of what the host has. */
function isReplaced(line: string, { dnsSearch, dnsOptions }: ResolvConfInput): boolean {
  if (/^(search|domain)\s/.test(line)) return (dnsSearch?.length ?? 0) > 0
  return /^options\s/.test(line) && (dnsOptions?.length ?? 0) > 0
}

function usualServers({ hostText, systemdText, nameserver, hostNetwork, knowsMore }: ResolvConfInput): string[] {
  if (nameserver !== undefined && knowsMore) return [nameserver]
  const ofHost = nameservers(hostText)
  if (hostNetwork) return ofHost
  const reachable = ofHost.filter((server) => !isLocal(server))
  const upstream =
    ofHost.length > 0 && reachable.length === 0
      ? nameservers(systemdText).filter((server) => !isLocal(server))
      : reachable
  return nameserver ? [nameserver, ...upstream] : upstream
}

function nameservers(text: string): string[] {
  return linesOf(text).flatMap((line) => {
    const address = /^nameserver\s+(\S+)/.exec(line)?.[1] ?? ''
    return ADDRESS.test(address) ? [address] : []
  })
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line.length <= MAX_LENGTH && !line.includes('\r')).slice(0, MAX_LINES)
}

/** Loopback addresses, and those that mean something only with an interface of the host. */
function isLocal(address: string): boolean {
  return /^127\.|^::1$|^0\.0\.0\.0$|^::$|%/.test(address)
}

function parseDns(text: string): string {
  if (isIP(text) === 0) throw badValue('E_BAD_DNS', '--dns', text, 'not an address')
  return text
}

function parseSearch(text: string): string {
  if (/^(\.|[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252}))$/.test(text)) return text
  throw badValue('E_BAD_DNS', '--dns-search', text, 'not a domain')
}

function parseOption(text: string): string {
  if (/^[a-z0-9-]{1,32}(:\d{1,6})?$/i.test(text)) return text
  throw badValue('E_BAD_DNS', '--dns-option', text, 'not an option of resolv.conf(5)', 'write it as in ndots:1')
}
