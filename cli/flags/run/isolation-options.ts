import type { Arguments, Options } from '../option.ts'
import { OFF } from './words.ts'

/** Who it is, and what it shares with others. Source: podman-run(1). */
export const ISOLATION_OPTIONS = {
  'cap-add': { type: 'string', array: true, commas: true, placeholder: 'CAP', describe: 'add a capability' },
  'cap-drop': { type: 'string', array: true, commas: true, placeholder: 'CAP', describe: 'drop a capability' },
  cgroupns: { type: 'string', placeholder: 'MODE', describe: 'cgroup namespace: private (default) or host' },
  gidmap: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'CONTAINER:HOST:SIZE',
    describe: 'which groups there are',
  },
  'group-add': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'GROUP',
    describe: "more groups, or keep-groups for the caller's",
  },
  'group-entry': { type: 'string', placeholder: 'LINE', describe: 'of /etc/group, for a group the image lacks' },
  hostuser: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'NAME',
    describe: "a user of the host's who is to be in /etc/passwd",
  },
  ipc: {
    type: 'string',
    placeholder: 'MODE',
    describe: 'IPC namespace: private (default), host, none or container:NAME',
  },
  passwd: { type: 'boolean', default: true, describe: 'give its user an entry in /etc/passwd' },
  'passwd-entry': { type: 'string', placeholder: 'LINE', describe: 'of /etc/passwd, for a user the image lacks' },
  pid: { type: 'string', placeholder: 'MODE', describe: 'PID namespace: private (default), host or container:NAME' },
  privileged: { type: 'boolean', describe: 'give it all that the caller may do' },
  'security-opt': {
    type: 'string',
    array: true,
    placeholder: 'OPTION',
    describe: 'seccomp=, no-new-privileges, mask=, unmask=',
  },
  subgidname: { type: 'string', placeholder: 'NAME', describe: 'whose ranges of /etc/subgid it has' },
  subuidname: { type: 'string', placeholder: 'NAME', describe: 'whose ranges of /etc/subuid it has' },
  sysctl: { type: 'string', array: true, placeholder: 'NAME=VALUE', describe: 'set a knob of its namespaces' },
  uidmap: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'CONTAINER:HOST:SIZE',
    describe: 'which users there are',
  },
  user: { type: 'string', alias: 'u', placeholder: 'USER[:GROUP]', describe: 'run as this user' },
  userns: {
    type: 'string',
    placeholder: 'MODE',
    describe: 'user namespace: host, keep-id, auto, nomap or container:NAME',
  },
  uts: { type: 'string', placeholder: 'MODE', describe: 'UTS namespace: private (default), host or container:NAME' },
} as const satisfies Options

type IsolationArguments = Arguments<Record<never, never>, typeof ISOLATION_OPTIONS>

export function isolationWords(args: IsolationArguments) {
  return {
    capAdd: args.capAdd,
    capDrop: args.capDrop,
    cgroupns: args.cgroupns,
    gidmap: args.gidmap,
    groupAdd: args.groupAdd,
    groupEntry: args.groupEntry,
    hostUsers: args.hostuser,
    ipc: args.ipc,
    passwd: args.passwd ? undefined : OFF,
    passwdEntry: args.passwdEntry,
    pid: args.pid,
    privileged: args.privileged,
    securityOpt: args.securityOpt,
    subgidname: args.subgidname,
    subuidname: args.subuidname,
    sysctl: args.sysctl,
    uidmap: args.uidmap,
    user: args.user,
    userns: args.userns,
    uts: args.uts,
  }
}
