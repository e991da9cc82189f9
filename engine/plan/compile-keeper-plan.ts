import { UPLINK, uplinkMessages } from '../../network/bridge/network.ts'
import type { HelperCommand } from '../../network/helper-command.ts'
import { toHex } from '../../network/netlink/message.ts'
import { CLONE } from './constants.ts'
import { helperSteps } from './helper-steps.ts'
import { answerUplinkAtOnce, EEXIST, uplinkSixSteps } from './network-steps.ts'
import { type Step, step } from './step.ts'

/**
 * Starts a helper anew for what runs already; the launcher stays with it as long as that runs. Pure.
 *
 * @param runDir where the record of that is
 * @param steps start the helper
 */
export function compileKeeperPlan(runDir: string, steps: readonly Step[]): Step[] {
  return [
    step('find the container', 'join-recorded', runDir),
    ...steps,
    step('leave the directory', 'chdir', '/'),
    step('stay with the container', 'stay'),
  ]
}

/** A new uplink of the networks: what led to the old one went with it. @param routes sent in their namespace */
export function uplinkSteps(runDir: string, helper: HelperCommand, routes: readonly Buffer[]): Step[] {
  const inNetworks = [
    step('enter the networks', 'join', CLONE.network),
    step(`forward to ${UPLINK.link}`, 'netlink', EEXIST, toHex(...uplinkMessages(), ...routes)),
    answerUplinkAtOnce(),
    ...uplinkSixSteps(),
    step(`forward to ${UPLINK.link}`, 'done'),
  ]
  return [
    ...helperSteps(helper, `${runDir}/network.log`),
    step('connect the networks with it', 'beside', inNetworks.length),
    ...inNetworks,
  ]
}
