import { installHint } from '../base/distribution.ts'
import { TspodError } from '../base/errors.ts'
import { UPLINK } from './bridge/network.ts'
import type { NetworkDescription, NetworkInput, NetworkMode } from './driver.ts'
import { hostAddress } from './host-address.ts'
import { describePasta } from './pasta.ts'
import { pastaVersion } from './pasta-version.ts'
import { describeSlirp4netns } from './slirp4netns.ts'
import { noTun, TUN, TUN_HINT } from './tun.ts'

export interface NetworkChoice extends NetworkDescription {
  /** why this mode, for `tspod info`, or a line for the user where something is lost */
  readonly reason: string
  readonly degraded: boolean
}

/** Where there is no /dev/net/tun, as in a container. */
function withoutTun(requested: NetworkMode | undefined): NetworkChoice {
  if (requested) throw noTun(`network ${requested}`)
  const reason = `there is no ${TUN}, so the container has only its loopback (${TUN_HINT})`
  return { ...withoutHelper('none'), reason, degraded: true }
}

/** What follows the name of a mode. */
const MODES: Readonly<Record<NetworkMode, RegExp>> = {
  none: /^$/,
  host: /^$/,
  bridge: /^$/,
  slirp4netns: /^(?::.*)?$/,
  pasta: /^(?::.*)?$/,
  container: /^:./,
  ns: /^:[^\0]+$/,
}

/** @throws {TspodError} E_BAD_NETWORK: no such mode */
export function parseNetworkMode(text: string): NetworkMode | undefined {
  if (text === '' || text === 'default' || text === 'private') return undefined
  const modes = Object.keys(MODES) as NetworkMode[]
  const mode = modes.find((name) => text.startsWith(name) && MODES[name].test(text.slice(name.length)))
  if (mode) return mode
  throw new TspodError('E_BAD_NETWORK', `unknown network ${JSON.stringify(text)}`, {
    hint: 'use one of none, host, bridge, slirp4netns[:OPTIONS], pasta[:OPTIONS], container:NAME, ns:PATH',
  })
}

/**
 * @param requested undefined: the best that is installed
 * @param findProgram absolute path of an installed program
 * @throws {TspodError} E_NETWORK_HELPER_MISSING, E_NO_TUN: the mode asked for needs a program or a device that is not there
 */
export function describeNetwork(
  requested: NetworkMode | undefined,
  input: NetworkInput,
  findProgram: (name: string) => string | undefined,
): NetworkChoice {
  if (requested === 'bridge') {
    const own = { hostAddress: hostAddress(), nameserver: UPLINK.resolver }
    return { ...withoutHelper(requested), ...own, reason: 'asked for', degraded: false }
  }
  if (requested === 'none' || requested === 'host' || requested === 'container' || requested === 'ns')
    return { ...withoutHelper(requested), reason: 'asked for', degraded: false }
  if (input.hasTun === false) return withoutTun(requested)
  const found = requested
    ? { mode: requested, program: findProgram(requested), reason: 'asked for' }
    : usualHelper(input, findProgram)
  if (found?.program !== undefined) {
    const { mode, program, reason } = found
    const description = mode === 'pasta' ? describePasta(program, input) : describeSlirp4netns(program, input)
    return { ...description, reason, degraded: false }
  }
  if (requested) {
    throw new TspodError(
      'E_NETWORK_HELPER_MISSING',
      `network ${requested} needs the program ${requested}, which is not installed`,
      {
        hint: installHint(requested),
      },
    )
  }
  return {
    ...withoutHelper('none'),
    reason: `neither slirp4netns nor pasta is installed, so the container has only its loopback (${installHint('slirp4netns')})`,
    degraded: true,
  }
}

/** The one that containers.conf names; of both pasta where it is new, which others take then, too. */
function usualHelper({ rootlessNetwork, versionOf }: NetworkInput, findProgram: (name: string) => string | undefined) {
  const pasta = { mode: 'pasta', program: findProgram('pasta') } as const
  const slirp = { mode: 'slirp4netns', program: findProgram('slirp4netns') } as const
  if (pasta.program === undefined || slirp.program === undefined) {
    const only = [slirp, pasta].find(({ program }) => program !== undefined)
    return only && { ...only, reason: `${only.program} is installed` }
  }
  if (rootlessNetwork !== undefined)
    return { ...(rootlessNetwork === 'pasta' ? pasta : slirp), reason: 'containers.conf names it' }
  const { isNew, words } = pastaVersion(versionOf?.(pasta.program) ?? '')
  return isNew
    ? { ...pasta, reason: `${pasta.program} is ${words}, which is new enough` }
    : { ...slirp, reason: `${slirp.program} is installed, and ${pasta.program} is ${words}, which may be too old` }
}

function withoutHelper(mode: Exclude<NetworkMode, 'slirp4netns' | 'pasta'>): NetworkDescription {
  return {
    mode,
    helper: undefined,
    address: undefined,
    hostAddress: mode === 'host' ? '127.0.0.1' : undefined,
    nameserver: undefined,
  }
}
