import { expect, test } from 'vitest'
import { compileConnectPlan, compileDisconnectPlan } from './compile-connect-plan.ts'
import { compileNetworksPlan } from './compile-networks-plan.ts'
import { attachSteps, MEMBER, type NetworkAttachment, portGatewaySteps } from './network-steps.ts'
import type { Step } from './step.ts'

const listener = { label: '0.0.0.0:80/tcp', protocol: 'tcp', address: '0200', v6Only: false } as const
const attachment: NetworkAttachment = {
  networksDir: '/run/networks/1',
  bridges: 'b1',
  links: 'b2',
  inside: 'b3',
  requests: [
    { text: 'member c\n', listeners: [listener] },
    { text: 'member c\n', listeners: [] },
  ],
}
const helper = { name: 'slirp4netns', program: '/usr/bin/slirp4netns', args: ['tap0'], env: [] }
const opsOf = (steps: readonly Step[]): string[] => steps.map(({ op }) => op)

/** The steps that the process of `beside` or the like carries out are as many as it says. */
function countOf(steps: readonly Step[], op: Step['op'], argument = 0): string[] {
  const at = steps.findIndex((step) => step.op === op)
  const count = Number.parseInt(steps[at]?.args[argument] ?? '', 16)
  return opsOf(steps.slice(at + 1, at + 1 + count))
}

test('a container is connected by a process beside the monitor; its ports are opened where the host is', () => {
  const steps = attachSteps(attachment)
  expect(countOf(steps, 'beside')).toEqual([
    ...['namespace', 'join-recorded', 'join', 'netlink', 'netlink', 'enter', 'netlink', 'done'],
  ])
  expect(opsOf(steps).slice(9)).toEqual(['listen', 'tell', 'tell', 'hang-up'])
  // Bridges may be there; its own links may not.
  expect(steps.filter(({ op }) => op === 'netlink').map(({ args }) => args)).toEqual([
    ['11', 'b1'],
    ['0', 'b2'],
    ['0', 'b3'],
  ])
})

test('a container that runs: as much as is needed, and the networks are reached before anything is changed', () => {
  const connect = compileConnectPlan('/run/c', attachment)
  expect(opsOf(connect).slice(0, 3)).toEqual(['join-recorded', 'namespace', 'reach'])
  expect(countOf(connect, 'beside').at(-1)).toBe('done')
  expect(connect.at(-1)?.op).toBe('end')
  const { requests, networksDir } = attachment
  const messages = { networks: 'b4', inside: 'b5', wayOut: 'b6' }
  const disconnect = compileDisconnectPlan('/run/c', { networksDir, ...messages, requests })
  expect(opsOf(disconnect).slice(0, 3)).toEqual(['join-recorded', 'namespace', 'reach'])
  expect(countOf(disconnect, 'beside')).toEqual([
    ...['join-recorded', 'join', 'netlink', 'enter', 'netlink', 'optional', 'netlink', 'done'],
  ])
  // A link that is gone is as good as one that is taken away.
  expect(disconnect.filter(({ op }) => op === 'netlink').map(({ args }) => args)).toContainEqual(['13', 'b5'])
})

test('the gateway of one container is started in its network, and told of ports before the program runs', () => {
  const gateway = { program: '/dist/gateway', directory: '/run/c', messages: 'b6', requests: attachment.requests }
  const steps = portGatewaySteps(gateway, '/run/c/gateway.log', MEMBER.child)
  const inside = countOf(steps, 'helper')
  expect(inside.indexOf('enter')).toBeLessThan(inside.indexOf('serve'))
  expect(inside.slice(-2)).toEqual(['exec', 'exec-failed'])
  expect(opsOf(steps).slice(1 + inside.length)).toEqual([
    ...['await-helper', 'reach', 'listen', 'tell', 'tell', 'hang-up'],
  ])
})

test('the networks have the rights of a gateway and no more, and serve only once their uplink is there', () => {
  const plan = compileNetworksPlan({
    runDir: '/run/n',
    program: '/dist/gateway',
    uplink: helper,
    lookArgv: ['/bin/tspod', 'look'],
  })
  const child = countOf(plan, 'clone', 1)
  expect(child.indexOf('sync')).toBeLessThan(child.indexOf('serve'))
  expect(child.indexOf('capabilities')).toBeLessThan(child.indexOf('exec'))
  // CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW
  expect(plan.find(({ op }) => op === 'bounding')?.args).toEqual([(0x400 | 0x1000 | 0x2000).toString(16)])
  const monitor = opsOf(plan).slice(opsOf(plan).indexOf('clone') + 1 + child.length)
  expect(monitor[0]).toBe('helper')
  expect(monitor.slice(monitor.indexOf('await-helper'))).toEqual([
    ...[
      'await-helper',
      'watch-helper',
      'await-sync',
      'release',
      'await-exec',
      'chdir',
      'arg',
      'arg',
      'look',
      'supervise',
    ],
  ])
})
