/** Fields of Go whose names are not those of the JSON with a capital letter. Source: podman, libpod/define/info.go; containers/common, libnetwork/types. */
const SPELLED: Readonly<Record<string, string>> = {
  ApiVersion: 'APIVersion',
  MinAPIVersion: 'MinAPIVersion',
  apparmorEnabled: 'AppArmorEnabled',
  capabilities: 'DefaultCapabilities',
  cgroupControllers: 'CgroupControllers',
  cgroupVersion: 'CgroupsVersion',
  cpuUtilization: 'CPUUtilization',
  dns_enabled: 'DNSEnabled',
  id: 'ID',
  ipam_options: 'IPAMOptions',
  ipv6_enabled: 'IPv6Enabled',
  lease_range: 'LeaseRange',
  network_dns_servers: 'NetworkDNSServers',
  network_interface: 'NetworkInterface',
  cpus: 'CPUs',
  idMappings: 'IDMappings',
  ociRuntime: 'OCIRuntime',
  os: 'OS',
  seccompEnabled: 'SECCOMPEnabled',
  seccompProfilePath: 'SECCOMPProfilePath',
  selinuxEnabled: 'SELinuxEnabled',
  slirp4netns: 'Slirp4NetNS',
}

type Struct = Readonly<Record<string, unknown>>

/**
 * A copy in which templates can name members as Go's fields, too: `.Host.Arch` beside `host.arch`.
 * What is printed of it is the same.
 */
export function withGoNames(value: Struct): Struct {
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value))
  for (const [name, item] of Object.entries(value)) {
    const inner = isStruct(item) ? withGoNames(item) : item
    copy[name] = inner
    for (const other of [name.charAt(0).toUpperCase() + name.slice(1), SPELLED[name]]) {
      if (other !== undefined && other !== name && !Object.hasOwn(value, other)) {
        Object.defineProperty(copy, other, { value: inner, enumerable: false, configurable: true })
      }
    }
  }
  return copy
}

function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
