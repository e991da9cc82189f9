import { describeNetwork, type NetworkChoice, parseNetworkMode } from '../../network/describe.ts'
import type { Engine } from '../engine.ts'
import type { ContainerConfig } from './config.ts'
import { helperFinder } from './helper-finder.ts'
import { networkInput } from './network-input.ts'

/** The network of a container that is there, as it is to be started. @throws {TspodError} E_NETWORK_HELPER_MISSING */
export function describeContainerNetwork(engine: Engine, id: string, config: ContainerConfig): NetworkChoice {
  return describeNetwork(
    parseNetworkMode(config.networkMode),
    networkInput(engine, id, config),
    helperFinder(engine, config.request),
  )
}
