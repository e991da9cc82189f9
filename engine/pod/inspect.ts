import { parseContainerConfig } from '../container/config.ts'
import { portBindings } from '../container/inspect/network.ts'
import type { Engine } from '../engine.ts'
import { goMap, goTime } from '../go-map.ts'
import { parsePodConfig } from './config.ts'
import { podNetworks } from './networks.ts'
import { type Pod, resolvePod } from './pod.ts'

/**
 * All that is known of a pod, in the words of podman's `pod inspect`, which scripts read.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-pod-inspect(1)
 */
export function inspectPod(engine: Engine, ref: string) {
  const pod = resolvePod(engine, ref)
  const { row, status, containers } = pod
  const { shares, hostname, exitPolicy, createCommand, restart, cgroupParent } = parsePodConfig(row)
  return {
    Id: row.id,
    Name: row.name,
    Created: goTime(row.createdAtMs),
    CreateCommand: createCommand,
    ExitPolicy: exitPolicy,
    State: status,
    Hostname: hostname,
    Labels: goMap(row.labels),
    CreateCgroup: false,
    CgroupParent: cgroupParent ?? '',
    CgroupPath: '',
    CreateInfra: row.infraId !== null,
    InfraContainerID: row.infraId ?? '',
    InfraConfig: infraConfig(engine, pod),
    SharedNamespaces: shares,
    RestartPolicy: restart ?? 'no',
    NumContainers: containers.length,
    Containers: containers.map(({ id, name, status: state }) => ({ Id: id, Name: name, State: state })),
    LockNumber: 0,
  }
}

function infraConfig(engine: Engine, { row, containers }: Pod) {
  const holder = containers.find(({ id }) => id === row.infraId)
  if (!holder) return null
  const { request, networkMode, ports = [] } = parseContainerConfig(holder.config)
  const networks = podNetworks(engine, row).map(({ name }) => name)
  return {
    PortBindings: portBindings(ports, ''),
    HostNetwork: networkMode === 'host',
    StaticIP: request.ip ?? '',
    StaticMAC: request.macAddress ?? '',
    NoManageResolvConf: request.dns?.includes('none') ?? false,
    DNSServer: request.dns ?? null,
    DNSSearch: request.dnsSearch ?? null,
    DNSOption: request.dnsOptions ?? null,
    NoManageHosts: request.noHosts ?? false,
    HostAdd: request.addHosts ?? null,
    HostsFile: request.hostsFile ?? '',
    Networks: networks.length > 0 ? networks : null,
    NetworkOptions: null,
    pid_ns: request.pid ?? 'private',
    userns: request.userns ?? 'host',
    uts_ns: request.uts ?? 'private',
  }
}
