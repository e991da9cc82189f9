import type { GatewayRequest } from '../../network/gateway-request.ts'
import { CLONE } from './constants.ts'
import { EEXIST, MEMBER, reachGateway, tellSteps } from './network-steps.ts'
import { type Step, step } from './step.ts'

/** Source: errno(3) */
const ENOENT = 2

/** Ports of a container that runs, as its gateway and the kernel are told of them. Messages are as `toHex` makes them. */
export interface PortPlan {
  /** runtime directory of who is in the gateway's network namespace, and of the gateway */
  readonly directory: string
  /** sent in that namespace: what may be there */
  readonly added: string
  readonly requests: readonly GatewayRequest[]
  /** sent there afterwards: what may be gone */
  readonly removed: string
}

/** Has a gateway that there is forward other ports. Pure. */
export function compilePublishPlan({ directory, added, requests, removed }: PortPlan): Step[] {
  return [
    reachGateway(directory),
    ...(added === '' ? [] : inNamespace(directory, step('have answers come back', 'netlink', EEXIST, added))),
    ...requests.flatMap((request) => tellSteps(request, MEMBER.none)),
    ...(removed === '' ? [] : inNamespace(directory, step('forget what came back', 'netlink', ENOENT, removed))),
    step('say that it is done', 'end'),
  ]
}

function inNamespace(directory: string, message: Step): Step[] {
  const steps = [
    step('find the network of the container', 'join-recorded', directory),
    step('enter the network of the container', 'join', CLONE.network),
    message,
    step('leave it', 'done'),
  ]
  return [step('enter the network of the container', 'beside', steps.length), ...steps]
}
