import { badOption } from './bad-option.ts'

/** Source: podman-run(1), "--network"; who forwards ports is accepted and not ours to choose. */
const VALUES: Readonly<Record<string, RegExp>> = {
  allow_host_loopback: /^(?:true|false)$/,
  cidr: /^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/,
  enable_ipv6: /^(?:true|false)$/,
  mtu: /^\d{1,5}$/,
  outbound_addr: /^[\w.@:-]{1,64}$/,
  outbound_addr6: /^[\w.@:-]{1,64}$/,
  port_handler: /^(?:rootlesskit|slirp4netns)$/,
}

/**
 * The words of `--network slirp4netns:NAME=VALUE,NAME=VALUE`.
 *
 * @throws {TspodError} E_BAD_NETWORK_OPTION
 */
export function parseSlirpOptions(text: string): string[] {
  const words = text.split(',').filter((word) => word !== '')
  for (const word of words) requireSlirpOption(word)
  return words
}

/** @throws {TspodError} E_BAD_NETWORK_OPTION */
export function requireSlirpOption(word: string): void {
  const [name, value] = splitOption(word)
  const grammar = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined
  if (!grammar) throw badOption('slirp4netns', word, 'no such option', `there are ${Object.keys(VALUES).join(', ')}`)
  if (!grammar.test(value)) throw badOption('slirp4netns', word, `not a value of ${name}`)
}

/** `mtu=1500`, in its two parts. */
export function splitOption(word: string): [name: string, value: string] {
  const equals = word.indexOf('=')
  return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)]
}
