import { processCapabilities } from './capabilities.ts'
import { containerHostname } from './hostname.ts'
import { initMounts, underInit } from './init-program.ts'
import { linuxConfig } from './linux-config.ts'
import { containerMounts } from './mounts.ts'
import type { OciConfig } from './oci.ts'
import { oomScoreAdj } from './oom-score.ts'
import { parseAnnotation } from './parse-labels.ts'
import { parseSecurityOpts } from './parse-security-opt.ts'
import { parseUmask } from './parse-umask.ts'
import { volumeNotes } from './parse-volumes.ts'
import { processArgs } from './process-args.ts'
import { imageVariables, processEnv } from './process-env.ts'
import { readOptionFile } from './read-option-file.ts'
import { resolveUser } from './resolve-user.ts'
import { processRlimits } from './rlimits.ts'
import { seccompProfile } from './seccomp-profile.ts'
import type { SpecInput } from './spec-input.ts'
import { isSystemd, systemdVariables } from './systemd-mode.ts'
import { workingDirectory } from './working-directory.ts'

/** Source: OCI runtime-spec, version.go. */
const OCI_VERSION = '1.0.2'

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
  const keepGroups = request.groupAdd?.includes('keep-groups') ?? false
  const groupAdd = keepGroups ? [] : request.groupAdd
  const { home, ...user } = resolveUser(request.user ?? image.user, input.userDatabase, host, groupAdd)
  const hostname = containerHostname(input)
  const capabilities = processCapabilities(request, user.uid)
  const args = processArgs(request, image)
  const systemd = isSystemd(request, args)
  const score = oomScoreAdj(request.oomScoreAdj, input.ownOomScore ?? 0, host.rootless)
  const more = [...(systemd ? systemdVariables(input.id) : []), ...imageVariables(input.deviceEnv ?? [])]
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
      user: { ...user, ...(keepGroups && { keepGroups }), umask: parseUmask(request.umask) },
      args: underInit(args, request.initPath),
      env: processEnv({ request, imageEnv: image.env, hostEnv: host.env, hostname, home, more, readText }),
      cwd: workingDirectory(request.workdir, image.workingDir),
      capabilities,
      rlimits: processRlimits(request.ulimits, host),
      noNewPrivileges: security.noNewPrivileges,
      ...(score === undefined ? {} : { oomScoreAdj: score }),
    },
    root: { path: 'rootfs', readonly: request.readOnly ?? false },
    mounts: containerMounts({ ...input, mounts: [...(input.mounts ?? []), ...initMounts(request.initPath)], systemd }),
    annotations: Object.fromEntries((request.annotations ?? []).map((text) => parseAnnotation(text))),
    linux: { ...linuxConfig(input, security), ...(seccomp && { seccomp }) },
  }
}

/** What `generateSpec` passes over in silence and the user should hear of, a line each. */
export function specNotes({
  request,
  image,
  host,
  ownOomScore = 0,
  hidden = [],
}: Pick<SpecInput, 'request' | 'image' | 'host' | 'ownOomScore' | 'hidden'>) {
  const score = oomScoreAdj(request.oomScoreAdj, ownOomScore, host.rootless)
  return [
    ...parseSecurityOpts(request.securityOpt, host).notes,
    ...(score === request.oomScoreAdj
      ? []
      : [`--oom-score-adj ${request.oomScoreAdj} is below your own, so it is ${score}`]),
    ...(hidden.length === 0
      ? []
      : [
          `parts of ${hidden.join(' and ')} are hidden here, so the container sees the ones of what is around it (start that with --security-opt unmask=ALL; in docker it is systempaths=unconfined)`,
        ]),
    ...volumeNotes(request, image),
    ...(request.ignored ?? []).map((flag) => `${flag} has no effect with tspod`),
  ]
}
