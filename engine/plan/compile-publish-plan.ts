import type { GatewayRequest } from '../../network/gateway-request.ts'
import { CLONE } from './constants.ts'
import { becomeGateway, EEXIST, GATEWAY_SOCKET, MEMBER, reachGateway, tellSteps } from './network-steps.ts'
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

/**
 * A gateway of its own for a container that was started without one. It ends with the container, and
 * the launcher that stays beside it with it. Pure.
 */
export function compilePortGatewayPlan(plan: PortPlan, { program }: { readonly program: string }): Step[] {
  const { directory, added, requests } = plan
  const child = [
    step('leave the session', 'session'),
    step('open the log of the gateway', 'output', `${directory}/gateway.log`),
    step('enter the network of the container', 'join', CLONE.network),
    step('have answers come back', 'netlink', EEXIST, added),
    step('open the socket of the gateway', 'serve', directory, GATEWAY_SOCKET),
    step('be ended with the launcher', 'death-signal', 9),
    step('announce the program', 'announce'),
    ...becomeGateway(program, ['-']),
  ]
  return [
    step('find the network of the container', 'join-recorded', directory),
    step('start the gateway', 'clone', 0, child.length),
    ...child,
    step('start the gateway', 'await-exec'),
    reachGateway(directory),
    ...requests.flatMap((request) => tellSteps(request, MEMBER.joined)),
    step('leave the gateway', 'hang-up'),
    step('leave the directory', 'chdir', '/'),
    step('stay with the gateway', 'supervise'),
  ]
}
