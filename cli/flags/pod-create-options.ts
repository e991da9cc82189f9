import { EXIT_POLICIES } from '../../engine/pod/config.ts'
import type { PodRequest } from '../../engine/pod/request.ts'
import type { Arguments, Options } from './option.ts'
import { ISOLATION_OPTIONS } from './run/isolation-options.ts'
import { LIFE_OPTIONS } from './run/life-options.ts'
import { LIMIT_OPTIONS } from './run/limit-options.ts'
import { MOUNT_OPTIONS } from './run/mount-options.ts'
import { NETWORK_OPTIONS } from './run/network-options.ts'
import { OFF, oneOf, onOrOff, present } from './run/words.ts'

const IGNORED = { type: 'string', hidden: true, describe: 'has no effect' } as const
const { gidmap, 'security-opt': securityOpt, subgidname, subuidname, sysctl, uidmap, userns } = ISOLATION_OPTIONS
const { pid, uts } = ISOLATION_OPTIONS
const { expose: _expose, domainname: _domainname, 'no-hostname': _noHostname, ...network } = NETWORK_OPTIONS
const { 'publish-all': _publishAll, ...NETWORK } = network

/** Source: podman-pod-create(1). What is the network's of a container is that of a pod, in the same words. */
export const POD_CREATE_OPTIONS = {
  ...NETWORK,
  'cgroup-parent': LIMIT_OPTIONS['cgroup-parent'],
  'exit-policy': {
    type: 'string',
    choices: EXIT_POLICIES,
    placeholder: 'WHAT',
    describe: 'stop: the pod ends with the last of its containers; else continue',
  },
  gidmap,
  infra: { type: 'boolean', default: true, describe: 'have a container that holds what the others share' },
  'infra-command': IGNORED,
  'infra-conmon-pidfile': { ...LIFE_OPTIONS['conmon-pidfile'] },
  'infra-image': IGNORED,
  'infra-name': { type: 'string', placeholder: 'NAME', describe: 'the name of that container' },
  label: LIFE_OPTIONS.label,
  'label-file': LIFE_OPTIONS['label-file'],
  name: { type: 'string', alias: 'n', placeholder: 'NAME', describe: "the pod's name" },
  pid,
  'pod-id-file': { type: 'string', placeholder: 'FILE', describe: "write the pod's id to this file" },
  replace: { type: 'boolean', describe: 'remove the pod that has the name, with its containers' },
  restart: { ...LIFE_OPTIONS.restart, describe: 'of its containers, where they say nothing of it' },
  'security-opt': securityOpt,
  share: { type: 'string', placeholder: 'KINDS', describe: 'ipc,net,uts, of which +pid means also, or none' },
  'share-parent': { type: 'boolean', default: true, hidden: true, describe: 'has no effect' },
  'shm-size': MOUNT_OPTIONS['shm-size'],
  subgidname,
  subuidname,
  sysctl,
  uidmap,
  userns,
  uts,
  volume: MOUNT_OPTIONS.volume,
  'volumes-from': MOUNT_OPTIONS['volumes-from'],
} as const satisfies Options

type PodArguments = Arguments<{ readonly pod: { readonly describe: string } }, typeof POD_CREATE_OPTIONS>

/** The typed request that the words of the command line stand for. */
export function toPodRequest(args: PodArguments): PodRequest {
  return present({
    addHosts: args.addHost,
    cgroupParent: args.cgroupParent,
    dns: args.dns,
    dnsOptions: args.dnsOption,
    dnsSearch: args.dnsSearch,
    egress: args.egress,
    exitPolicy: oneOf(args.exitPolicy, EXIT_POLICIES),
    gidmap: args.gidmap,
    hostname: args.hostname,
    hostsFile: args.hostsFile,
    infra: args.infra ? undefined : OFF,
    infraName: args.infraName,
    ip: args.ip,
    ip6: args.ip6,
    labelFiles: args.labelFile,
    labels: args.label,
    macAddress: args.macAddress,
    monitorPidfile: args.infraConmonPidfile,
    name: args.name ?? args.pod,
    networkAliases: args.networkAlias,
    networks: args.network,
    noHosts: onOrOff(args.noHosts),
    pid: args.pid,
    podIdFile: args.podIdFile,
    publish: args.publish,
    replace: args.replace,
    restart: args.restart,
    securityOpt: args.securityOpt,
    share: args.share,
    shmSize: args.shmSize,
    subgidname: args.subgidname,
    subuidname: args.subuidname,
    sysctl: args.sysctl,
    uidmap: args.uidmap,
    userns: args.userns,
    uts: args.uts,
    volumes: args.volume,
    volumesFrom: args.volumesFrom,
  })
}
