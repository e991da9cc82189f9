import { namespaceMessages, REFUSED, refusedMessages, UPLINK, uplinkMessages } from '../../network/bridge/network.ts'
import type { HelperCommand } from '../../network/helper-command.ts'
import { toHex } from '../../network/netlink/message.ts'
import { CLONE, capabilityMask } from './constants.ts'
import { helperSteps } from './helper-steps.ts'
import { answerUplinkAtOnce, becomeGateway, forwardSix, GATEWAY_SOCKET, uplinkSixSteps } from './network-steps.ts'
import { type Step, step } from './step.ts'
import { lookSteps } from './watch-steps.ts'

export interface NetworksContext {
  /** runtime directory: record, control socket, the gateway's socket and the logs */
  readonly runDir: string
  /** the gateway: absolute path */
  readonly program: string
  /** slirp4netns, on the link UPLINK */
  readonly uplink: HelperCommand
  /** what the monitor starts when the uplink has ended */
  readonly lookArgv: readonly string[]
}

/** Source: capabilities(7): links, other peoples' addresses, port 53. */
const CAPABILITIES = ['CAP_NET_ADMIN', 'CAP_NET_BIND_SERVICE', 'CAP_NET_RAW'] as const

/**
 * The network namespace of all named networks, owned by the user's user namespace: its gateway is
 * what runs in it, and it goes when that ends. Pure.
 */
export function compileNetworksPlan({ runDir, program, uplink, lookArgv }: NetworksContext): Step[] {
  const rights = capabilityMask(CAPABILITIES)
  const child = [
    step('leave the session', 'session'),
    step('open the log of the gateway', 'output', `${runDir}/gateway.log`),
    step('set up the networks', 'netlink', 0, toHex(...namespaceMessages())),
    ...forwardSix(),
    step('wait for the uplink', 'sync'),
    step('forward to the uplink', 'netlink', 0, toHex(...uplinkMessages())),
    answerUplinkAtOnce(),
    ...uplinkSixSteps(),
    step('open the socket of the gateway', 'serve', runDir, GATEWAY_SOCKET),
    step('forbid new privileges', 'no-new-privileges'),
    step('limit the bounding set', 'bounding', rights),
    step('set the capabilities', 'capabilities', rights, rights, rights, 0),
    step('be ended with the monitor', 'death-signal', 9),
    step('announce the program', 'announce'),
    ...becomeGateway(
      program,
      [UPLINK.resolver, REFUSED.descriptor],
      [
        step('make a device for what is refused', 'tun', REFUSED.link, REFUSED.index, REFUSED.descriptor),
        step('make a device for what is refused', 'netlink', 0, toHex(...refusedMessages())),
      ],
    ),
  ]
  return [
    step('open the runtime directory', 'record', runDir),
    step('create the network namespace', 'clone', CLONE.network, child.length),
    ...child,
    ...helperSteps(uplink, `${runDir}/network.log`),
    step('watch the uplink', 'watch-helper', 'uplink'),
    step('set up the networks', 'await-sync'),
    step('release the networks', 'release'),
    step('start the gateway', 'await-exec'),
    step('leave the directory', 'chdir', '/'),
    ...lookSteps(lookArgv),
    step('record the start of the networks', 'supervise'),
  ]
}
