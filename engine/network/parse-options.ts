import { badValue } from '../spec/bad-value.ts'
import { parseInterfaceName } from './name.ts'

export interface NetworkOptions {
  /** what is kept: `mtu`, `isolate`, and what only others understand */
  readonly options: Readonly<Record<string, string>>
  readonly interfaceName?: string
  /** options that change nothing here; the user is told */
  readonly withoutEffect: readonly string[]
}

/** docker's names for what podman has, too. Source: docker-network-create(1), "Bridge driver options". */
const DOCKERS: Readonly<Record<string, string>> = {
  'com.docker.network.driver.mtu': 'mtu',
  'com.docker.network.mtu': 'mtu',
  'com.docker.network.bridge.name': 'bridge-name',
}

/** The least that version 4 and version 6 need, and what slirp4netns takes. Source: RFC 791; RFC 8200; slirp4netns(1). */
const LEAST_MTU = { 4: 68, 6: 1280 } as const
const MOST_MTU = 65_520

/**
 * `--opt` of a network, `name=value`.
 *
 * @throws {TspodError} E_BAD_NETWORK_OPTION, E_BAD_INTERFACE_NAME
 * @see podman-network-create(1), "--opt"
 */
export function parseNetworkOptions(texts: readonly string[], family: 4 | 6): NetworkOptions {
  const options: Record<string, string> = Object.create(null)
  const withoutEffect: string[] = []
  let interfaceName: string | undefined
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 1) throw badOption(text, 'it has no name and value', 'write name=value')
    const typed = text.slice(0, equals)
    const name = Object.hasOwn(DOCKERS, typed) ? (DOCKERS[typed] ?? typed) : typed
    const value = text.slice(equals + 1)
    if (name === 'bridge-name') interfaceName = parseInterfaceName(value, `--opt ${typed}`)
    else if (name === 'mtu') options[name] = parseMtu(text, value, family)
    else if (name === 'isolate') options[name] = parseIsolate(text, value)
    else {
      options[name] = value
      withoutEffect.push(text)
    }
  }
  return { options: { ...options }, withoutEffect, ...(interfaceName === undefined ? {} : { interfaceName }) }
}

function parseMtu(text: string, value: string, family: 4 | 6): string {
  const mtu = Number(value)
  if (/^\d{1,6}$/.test(value) && mtu >= LEAST_MTU[family] && mtu <= MOST_MTU) return `${mtu}`
  throw badOption(text, `not a number from ${LEAST_MTU[family]} to ${MOST_MTU}`)
}

function parseIsolate(text: string, value: string): string {
  if (value === 'strict') return value
  if (/^(1|t|true)$/i.test(value)) return 'true'
  if (/^(0|f|false)$/i.test(value)) return 'false'
  throw badOption(text, 'neither true, false nor strict')
}

function badOption(text: string, why: string, hint?: string): Error {
  return badValue('E_BAD_NETWORK_OPTION', '--opt', text, why, hint)
}
