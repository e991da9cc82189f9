import { NAMESPACE_FD } from '../../network/bridge/endpoint.ts'
import type { GatewayRequest } from '../../network/gateway-request.ts'
import { CLONE } from './constants.ts'
import { EEXIST, MEMBER, type NetworkAttachment, reachGateway, tellSteps } from './network-steps.ts'
import { type Step, step } from './step.ts'

/** Brings a container that runs into networks. Pure. @param runDir its runtime directory */
export function compileConnectPlan(runDir: string, attachment: NetworkAttachment): Step[] {
  return connectSteps(runDir, attachment, { inNetworks: [], told: [] })
}

/** What is of an earlier time that may be there still. */
export interface Replaced {
  /** takes its links away: sent in the container's namespace, one by one */
  readonly inside: string
  /** takes its ports away */
  readonly ports: GatewayRequest
}

/** As `compileConnectPlan`, for one that was in them already. */
export function compileReattachPlan(runDir: string, attachment: NetworkAttachment, replaced: Replaced): Step[] {
  return connectSteps(runDir, attachment, {
    inNetworks: [
      step('enter the network of the container', 'enter', NAMESPACE_FD),
      step('take its links away', 'netlink', ENODEV, replaced.inside),
    ],
    told: tellSteps(replaced.ports, MEMBER.joined),
  })
}

/** Source: errno(3) */
const ENODEV = 19

function connectSteps(
  runDir: string,
  attachment: NetworkAttachment,
  before: { readonly inNetworks: readonly Step[]; readonly told: readonly Step[] },
): Step[] {
  const inNetworks = [
    ...before.inNetworks,
    ...enterNetworks(attachment.networksDir),
    step('make the bridge of the network', 'netlink', EEXIST, attachment.bridges),
    step('connect it with the network', 'netlink', 0, attachment.links),
    ...insideSteps(attachment.inside),
  ]
  return [
    ...findContainer(runDir),
    reachGateway(attachment.networksDir),
    step('connect it with the network', 'beside', inNetworks.length),
    ...inNetworks,
    ...before.told,
    ...attachment.requests.flatMap((request) => tellSteps(request, MEMBER.joined)),
    step('say that it is connected', 'end'),
  ]
}

export interface Disconnection {
  readonly networksDir: string
  /** sent in the networks' namespace */
  readonly networks: string
  /** takes its link away: sent in the container's namespace, as what follows */
  readonly inside: string
  /** gives it another way out */
  readonly wayOut: string
  readonly requests: readonly GatewayRequest[]
}

/**
 * Takes a container that runs out of a network. It may have taken its links away itself, or down: that of the network
 * is gone then as well, and another way out is one that it does not want. Pure.
 */
export function compileDisconnectPlan(runDir: string, disconnection: Disconnection): Step[] {
  const { networksDir, networks, inside, wayOut, requests } = disconnection
  const steps = [
    ...enterNetworks(networksDir),
    step('have answers come back', 'netlink', EEXIST, networks),
    step('enter the network of the container', 'enter', NAMESPACE_FD),
    step('take its link away', 'netlink', ENODEV, inside),
    step('give it another way out', 'optional', 1),
    step('give it another way out', 'netlink', EEXIST, wayOut),
    step('take its link away', 'done'),
  ]
  return [
    ...findContainer(runDir),
    reachGateway(networksDir),
    step('take its link away', 'beside', steps.length),
    ...steps,
    ...requests.flatMap((request) => tellSteps(request, MEMBER.none)),
    step('say that it is disconnected', 'end'),
  ]
}

function findContainer(runDir: string): Step[] {
  return [
    step('find the container', 'join-recorded', runDir),
    step('find the network of the container', 'namespace', NAMESPACE_FD, 'net'),
  ]
}

function enterNetworks(networksDir: string): Step[] {
  return [step('find the networks', 'join-recorded', networksDir), step('enter the networks', 'join', CLONE.network)]
}

/** A way out that is there already is as good. */
function insideSteps(messages: string): Step[] {
  return [
    step('enter the network of the container', 'enter', NAMESPACE_FD),
    step('set up its links', 'netlink', EEXIST, messages),
    step('set up its links', 'done'),
  ]
}
