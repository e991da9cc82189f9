import type { Arguments, Options } from '../option.ts'
import { onOrOff } from './words.ts'

/** Its network and its names. Source: podman-run(1). */
export const NETWORK_OPTIONS = {
  'add-host': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'HOST:IP',
    describe: 'add a line to /etc/hosts',
  },
  dns: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'IP',
    describe: 'name server; in a network with a name, who is asked there; none alone: the file of the image',
  },
  'dns-option': {
    type: 'string',
    array: true,
    commas: true,
    alias: 'dns-opt',
    placeholder: 'OPTION',
    describe: 'option of resolv.conf(5)',
  },
  'dns-search': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'DOMAIN',
    describe: 'where short names are looked for; . for nowhere',
  },
  domainname: { type: 'string', placeholder: 'DOMAIN', describe: 'what follows its host name in /etc/hosts' },
  egress: {
    type: 'string',
    array: true,
    placeholder: 'none|allow=HOST:PORT,…',
    describe: 'what it may reach outside its network, which has a name: addresses, subnets, names, *.example.org',
  },
  expose: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'PORT[-PORT][/PROTOCOL]',
    describe: 'a port it listens on',
  },
  hostname: { type: 'string', alias: 'h', placeholder: 'NAME', describe: "the container's host name" },
  'hosts-file': {
    type: 'string',
    placeholder: 'FILE|image|none',
    describe: 'what /etc/hosts begins with (default none)',
  },
  ip: { type: 'string', placeholder: 'ADDRESS', describe: 'its address in the one network with a name' },
  ip6: { type: 'string', placeholder: 'ADDRESS', describe: 'its address of version 6 there' },
  'mac-address': { type: 'string', placeholder: 'ADDRESS', describe: 'that of its interface there' },
  network: {
    type: 'string',
    array: true,
    alias: 'net',
    placeholder: 'MODE|NAME[:OPTIONS]',
    describe:
      'none, host, slirp4netns:NAME=VALUE,…, pasta:WORD,…, container:NAME, ns:PATH, or a network, several times: NAME:ip=…,alias=…',
  },
  'network-alias': {
    type: 'string',
    array: true,
    commas: true,
    alias: 'net-alias',
    placeholder: 'NAME',
    describe: 'another name of it in its network',
  },
  'no-hostname': { type: 'boolean', describe: "leave the image's /etc/hostname" },
  'no-hosts': { type: 'boolean', optional: true, describe: "leave the image's /etc/hosts" },
  publish: {
    type: 'string',
    array: true,
    commas: true,
    alias: 'p',
    placeholder: '[[IP:]PORT:]PORT[/PROTOCOL]',
    describe: 'make a port of the host lead to one of the container',
  },
  'publish-all': { type: 'boolean', alias: 'P', describe: 'publish all ports that are exposed' },
} as const satisfies Options

type NetworkArguments = Arguments<Record<never, never>, typeof NETWORK_OPTIONS>

export function networkWords(args: NetworkArguments) {
  return {
    addHosts: args.addHost,
    dns: args.dns,
    dnsOptions: args.dnsOption,
    dnsSearch: args.dnsSearch,
    domainname: args.domainname,
    egress: args.egress,
    expose: args.expose,
    hostname: args.hostname,
    hostsFile: args.hostsFile,
    ip: args.ip,
    ip6: args.ip6,
    macAddress: args.macAddress,
    networks: args.network,
    networkAliases: args.networkAlias,
    noHostname: args.noHostname,
    noHosts: onOrOff(args.noHosts),
    publish: args.publish,
    publishAll: args.publishAll,
  }
}
