import { TspodError } from '../../base/errors.ts'
import { createNetwork } from '../../engine/network/create.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

const HIDDEN = { type: 'string', hidden: true, describe: 'is refused' } as const

export default defineCommand({
  usage: 'network create [options] [NAME]',
  description: 'Make a network, in which containers find each other by their names, and print its name.',
  positionals: { name: { describe: 'podman1, podman2 … where it is not given' } },
  options: {
    attachable: { type: 'boolean', hidden: true, describe: 'every network is' },
    'aux-address': HIDDEN,
    'config-from': HIDDEN,
    'config-only': { type: 'boolean', hidden: true, describe: 'is refused' },
    'disable-dns': { type: 'boolean', describe: 'names of containers are not looked up' },
    dns: { type: 'string', array: true, commas: true, placeholder: 'IP', describe: 'who is asked for all other names' },
    driver: { type: 'string', alias: 'd', default: 'bridge', describe: 'bridge is the only one' },
    gateway: { type: 'string', array: true, commas: true, placeholder: 'IP', describe: 'the address of its bridge' },
    ignore: { type: 'boolean', describe: 'do not fail where there is one of this name' },
    ingress: { type: 'boolean', hidden: true, describe: 'is refused' },
    'interface-name': { type: 'string', placeholder: 'NAME', describe: 'of its bridge' },
    internal: { type: 'boolean', describe: 'nothing leads out of it' },
    'ip-range': {
      type: 'string',
      array: true,
      placeholder: 'CIDR|IP-IP',
      describe: 'the part of the subnet that containers get addresses from',
    },
    'ipam-driver': HIDDEN,
    'ipam-opt': HIDDEN,
    ipv6: { type: 'boolean', describe: 'with addresses of version 6, too, and a way out by them' },
    label: { type: 'string', array: true, placeholder: 'NAME=VALUE', describe: 'give it a label' },
    opt: {
      type: 'string',
      array: true,
      alias: 'o',
      placeholder: 'NAME=VALUE',
      describe: 'mtu=NUMBER, isolate=true|false|strict',
    },
    route: HIDDEN,
    scope: HIDDEN,
    subnet: {
      type: 'string',
      array: true,
      placeholder: 'CIDR',
      describe: 'its addresses: one of version 4, one of version 6; chosen where it is not given',
    },
  },
  examples: [
    ['tspod network create --subnet 10.77.0.0/24 --gateway 10.77.0.1 shop', 'with addresses of your own', 'runs'],
    ['tspod network create --internal --label stage=test backend', 'nothing leads out of it', 'runs'],
  ],
  run: async (engine, args, { config }) => {
    requireNoOthers(args)
    if (config.compat === 'docker' && args.name === undefined)
      throw badArguments('network create needs a name', 'network create')
    const { id, name } = await createNetwork(engine, {
      name: args.name,
      subnets: args.subnet,
      gateways: args.gateway,
      ipRanges: args.ipRange,
      internal: args.internal,
      ipv6: args.ipv6,
      driver: args.driver,
      options: args.opt,
      labels: args.label,
      dnsServers: args.dns,
      disableDns: args.disableDns,
      interfaceName: args.interfaceName,
      ignore: args.ignore,
    })
    return { lines: [config.compat === 'docker' ? id : name] }
  },
})

const REASONS = {
  auxAddress: 'give containers addresses with --ip, or all of them a part of the subnet with --ip-range',
  configFrom: 'there is no swarm',
  configOnly: 'there is no swarm',
  ingress: 'there is no swarm',
  ipamDriver: 'addresses are given by tspod itself',
  ipamOpt: 'addresses are given by tspod itself',
  route: 'a network leads to its own subnet and out',
  scope: 'the only scope is local',
} as const

/** What only makes sense where it is what there is anyway. */
const USUAL: Readonly<Record<string, readonly string[]>> = { ipamDriver: ['default', 'host-local'], scope: ['local'] }

/** Flags of docker and podman that ask for what there is not. */
function requireNoOthers(args: { readonly [K in keyof typeof REASONS]: string | boolean | undefined }): void {
  for (const [name, reason] of Object.entries(REASONS)) {
    const value = args[name as keyof typeof REASONS]
    if (value === undefined || value === false || USUAL[name]?.includes(String(value))) continue
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new TspodError('E_UNSUPPORTED_OPTION', `--${flag} is not supported: ${reason}`)
  }
}
