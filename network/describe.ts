import { TspodError } from '../base/errors.ts'
import { UPLINK } from './bridge/network.ts'
import type { NetworkDescription, NetworkInput, NetworkMode } from './driver.ts'
import { hostAddress } from './host-address.ts'
import { describePasta } from './pasta.ts'
import { describeSlirp4netns } from './slirp4netns.ts'

export interface NetworkChoice extends NetworkDescription {
  /** why this mode, for `tspod info`, or a line for the user where something is lost */
  readonly reason: string
  readonly degraded: boolean
}

const PACKAGES = { slirp4netns: 'slirp4netns', pasta: 'passt' } as const
const MODES: readonly NetworkMode[] = ['none', 'host', 'bridge', 'slirp4netns', 'pasta']

/** @throws {TspodError} E_BAD_NETWORK: no such mode */
export function parseNetworkMode(text: string): NetworkMode | undefined {
  if (text === '' || text === 'default' || text === 'private') return undefined
  const mode = MODES.find((known) => known === text)
  if (mode) return mode
  if (/^container:./.test(text)) return 'container'
  throw new TspodError('E_BAD_NETWORK', `unknown network "${text}"`, {
    hint: `use one of ${MODES.join(', ')}, container:NAME`,
  })
}

/**
 * @param requested undefined: the best that is installed
 * @param findProgram absolute path of an installed program
 * @throws {TspodError} E_NETWORK_HELPER_MISSING: the mode asked for needs a program that is not installed
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
  if (requested === 'none' || requested === 'host' || requested === 'container')
    return { ...withoutHelper(requested), reason: 'asked for', degraded: false }
  const usual =
    input.rootlessNetwork === 'pasta' ? (['pasta', 'slirp4netns'] as const) : (['slirp4netns', 'pasta'] as const)
  for (const mode of requested ? [requested] : usual) {
    const program = findProgram(mode)
    if (!program) continue
    const description = mode === 'pasta' ? describePasta(program, input) : describeSlirp4netns(program, input)
    return { ...description, reason: requested ? 'asked for' : `${program} is installed`, degraded: false }
  }
  if (requested) {
    throw new TspodError(
      'E_NETWORK_HELPER_MISSING',
      `network ${requested} needs the program ${requested}, which is not installed`,
      {
        hint: `apt install ${PACKAGES[requested]}`,
      },
    )
  }
  return {
    ...withoutHelper('none'),
    reason:
      'neither slirp4netns nor pasta is installed, so the container has only its loopback (apt install slirp4netns)',
    degraded: true,
  }
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
