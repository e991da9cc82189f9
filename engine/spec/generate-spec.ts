import { processCapabilities } from './capabilities.ts'
import { containerDevices } from './devices.ts'
import { containerHostname } from './hostname.ts'
import { containerMounts } from './mounts.ts'
import type { OciConfig, OciLinux, OciNamespaceType } from './oci.ts'
import { parseSecurityOpts, type SecurityOptions } from './parse-security-opt.ts'
import { processArgs } from './process-args.ts'
import { processEnv } from './process-env.ts'
import { protectedPaths } from './protected-paths.ts'
import { readOptionFile } from './read-option-file.ts'
import { isMapped, resolveUser } from './resolve-user.ts'
import { containerResources } from './resources.ts'
import { processRlimits } from './rlimits.ts'
import { seccompProfile } from './seccomp-profile.ts'
import type { SpecInput } from './spec-input.ts'
import { workingDirectory } from './working-directory.ts'

/** Source: OCI runtime-spec, version.go. */
const OCI_VERSION = '1.0.2'

const UMASK = 0o022

/**
 * The OCI runtime configuration of a container. Pure but for `readText`.
 *
 * @throws {TspodError} whatever in the request does not follow its grammar or cannot be had; see
 * the function of each subject
 * @see OCI runtime-spec, config.md
 */
export function generateSpec(input: SpecInput): OciConfig {
  const { request, image, host } = input
  const readText = input.readText ?? readOptionFile
  const security = parseSecurityOpts(request.securityOpt, host)
  const { home, ...user } = resolveUser(request.user ?? image.user, input.userDatabase, host)
  const hostname = containerHostname(input)
  const capabilities = processCapabilities(request, user.uid)
  const seccomp = seccompProfile(security.seccomp, {
    privileged: request.privileged ?? false,
    capabilities: capabilities.bounding,
    host,
    readText,
  })
  return {
    ociVersion: OCI_VERSION,
    hostname,
    process: {
      terminal: request.tty ?? false,
      user: { ...user, umask: UMASK },
      args: processArgs(request, image),
      env: processEnv({ request, imageEnv: image.env, hostEnv: host.env, hostname, home, readText }),
      cwd: workingDirectory(request.workdir, image.workingDir),
      capabilities,
      rlimits: processRlimits(request.ulimits, host),
      noNewPrivileges: security.noNewPrivileges,
    },
    root: { path: 'rootfs', readonly: request.readOnly ?? false },
    mounts: containerMounts(input),
    annotations: {},
    linux: { ...linuxConfig(input, security), ...(seccomp && { seccomp }) },
  }
}

/** What `generateSpec` passes over in silence and the user should hear of, a line each. */
export function specNotes({ request, host }: Pick<SpecInput, 'request' | 'host'>): readonly string[] {
  return parseSecurityOpts(request.securityOpt, host).notes
}

function linuxConfig({ request, host, network }: SpecInput, security: SecurityOptions): OciLinux {
  const privileged = request.privileged ?? false
  return {
    namespaces: namespaceTypes(host.rootless, network).map((type) => ({ type })),
    uidMappings: host.rootless ? host.uidMap : [],
    gidMappings: host.rootless ? host.gidMap : [],
    devices: containerDevices(privileged, host),
    ...protectedPaths(privileged, security),
    sysctl: network !== 'host' && isMapped(0, host.gidMap) ? { 'net.ipv4.ping_group_range': '0 0' } : {},
    resources: containerResources(request),
  }
}

/** All but the host's network where that was asked for, and a user namespace only where the caller is not root. */
function namespaceTypes(rootless: boolean, network: SpecInput['network']): OciNamespaceType[] {
  return [
    ...(rootless ? (['user'] as const) : []),
    'mount',
    'pid',
    'uts',
    'ipc',
    ...(network === 'host' ? [] : (['network'] as const)),
    'cgroup',
  ]
}
