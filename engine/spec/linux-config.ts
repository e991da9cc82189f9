import { containerDevices } from './devices.ts'
import { type NamespaceModes, namespaceModes } from './namespace-modes.ts'
import type { OciLinux, OciNamespaceType } from './oci.ts'
import type { SecurityOptions } from './parse-security-opt.ts'
import { protectedPaths } from './protected-paths.ts'
import { isMapped } from './resolve-user.ts'
import { containerResources } from './resources.ts'
import type { SpecInput } from './spec-input.ts'
import { parseSysctls, usualSysctls } from './sysctls.ts'

const PING_KNOB = 'net.ipv4.ping_group_range'
/** Anybody may ping. Source: containers.conf(5), default_sysctls, as it is shipped. */
const PING = `${PING_KNOB}=0 0`

/**
 * The member `linux` but for the seccomp profile.
 *
 * @throws {TspodError} E_BAD_SYSCTL, and those of containerResources
 */
export function linuxConfig(input: SpecInput, security: SecurityOptions): OciLinux {
  const { request, host } = input
  const privileged = request.privileged ?? false
  const types = namespaceTypes(input)
  const devices = [...containerDevices(privileged, host), ...(input.devices ?? [])]
  return {
    namespaces: types.map((type) => ({ type })),
    uidMappings: host.rootless ? host.uidMap : [],
    gidMappings: host.rootless ? host.gidMap : [],
    // The last of a path counts: it is what the user asked for.
    devices: [...new Map(devices.map((device) => [device.path, device])).values()],
    ...protectedPaths(privileged, security),
    sysctl: containerSysctls(input, types),
    resources: containerResources(request),
  }
}

function containerSysctls(
  { request, host, hidden }: SpecInput,
  types: readonly OciNamespaceType[],
): Record<string, string> {
  const own = { network: types.includes('network'), ipc: types.includes('ipc'), uts: types.includes('uts') }
  // A /proc of the host's of which parts are hidden has knobs that only can be read.
  const usual = hidden?.includes('/proc') ? {} : usualSysctls(request.defaults?.sysctls ?? [PING], own)
  if (usual[PING_KNOB] === '0 0' && !isMapped(0, host.gidMap)) delete usual[PING_KNOB]
  return { ...usual, ...parseSysctls(request, own) }
}

/** Those that are made for the container. A user namespace only where the caller is not root. */
function namespaceTypes({ request, host, network, modes }: SpecInput): OciNamespaceType[] {
  const { pid, uts, ipc, cgroup }: NamespaceModes = modes ?? namespaceModes(request)
  const isOwn = { pid, uts, ipc, cgroup } as const
  const made = (['pid', 'uts', 'ipc'] as const).filter((type) => isOwn[type] === 'private' || isOwn[type] === 'none')
  return [
    ...(host.rootless ? (['user'] as const) : []),
    'mount',
    ...made,
    ...(network === 'host' || network === 'joined' ? [] : (['network'] as const)),
    ...(cgroup === 'private' ? (['cgroup'] as const) : []),
  ]
}
