import type { Decided } from '../../storage/registry/registries-config.ts'
import type { RequestDefaults, RunRequest } from '../request.ts'
import type { ContainersConf } from './containers-conf.ts'

/** A request with what containers.conf says where the flags say nothing. */
export interface SettledRequest {
  readonly request: RunRequest
  /** which file and line decided a member of it, by its name, and the flag where that has added to it */
  readonly places: Places
}

export type Places = Readonly<Partial<Record<keyof RunRequest | keyof RequestDefaults, string>>>

const IMAGE_VOLUMES = ['bind', 'tmpfs', 'ignore', 'anonymous'] as const
const PULL_POLICIES = ['always', 'missing', 'never', 'newer'] as const

/** Flags that add to what there is. */
const JOINED = {
  annotations: '--annotation',
  cgroupConf: '--cgroup-conf',
  devices: '--device',
  ulimits: '--ulimit',
} as const

type Filled = { -readonly [K in keyof RunRequest]: RunRequest[K] }

/**
 * Fills in what the flags leave open. Flags win over containers.conf; of things that go beside each
 * other, such as devices, those of containers.conf come first. Pure.
 *
 * @param env the caller's: a variable that stands for a flag wins, too
 * @see containers.conf(5)
 */
export function settleRequest(
  asked: RunRequest,
  conf: ContainersConf,
  env: Readonly<Record<string, string | undefined>>,
): SettledRequest {
  const { containers, engine } = conf
  const request: Filled = { ...asked }
  const places: { -readonly [K in keyof Places]: string } = {}
  const fill = <K extends keyof RunRequest>(key: K, setting: Decided<RunRequest[K]> | undefined): void => {
    if (setting === undefined || request[key] !== undefined) return
    request[key] = setting.value
    places[key] = setting.origin
  }
  /** The flags' own come after, and win where only one can be. */
  const join = (key: keyof typeof JOINED, setting: Decided<readonly string[]> | undefined) => {
    if (setting === undefined) return
    const own = request[key] ?? []
    request[key] = [...setting.value, ...own]
    places[key] = own.length > 0 ? `${setting.origin}, ${JOINED[key]}` : setting.origin
  }

  join('annotations', containers.annotations)
  join('cgroupConf', containers.cgroup_conf)
  join('devices', containers.devices)
  // Source: podman-run(1), "--ulimit": `host` is all as the caller has it.
  if (!asked.ulimits?.includes('host')) join('ulimits', containers.default_ulimits)

  fill('cgroupns', containers.cgroupns)
  fill('cgroups', containers.cgroups)
  fill('dns', containers.dns_servers)
  fill('dnsOptions', containers.dns_options)
  fill('dnsSearch', containers.dns_searches)
  fill('envHost', containers.env_host)
  fill('hostsFile', containers.base_hosts_file)
  fill('httpProxy', containers.http_proxy)
  fill('ipc', containers.ipcns)
  if (containers.netns) fill('networks', { ...containers.netns, value: [containers.netns.value] })
  if (!asked.addHosts?.length) fill('noHosts', containers.no_hosts)
  fill('oomScoreAdj', containers.oom_score_adj)
  fill('pid', containers.pidns)
  fill('pidsLimit', containers.pids_limit)
  fill('readOnly', containers.read_only)
  fill('shmSize', containers.shm_size)
  fill('tz', containers.tz)
  fill('umask', containers.umask)
  if (!asksForIds(asked, env)) fill('userns', containers.userns)
  fill('uts', containers.utsns)
  fill('detachKeys', engine.detach_keys)
  fill('imageVolume', word(engine.image_volume_mode, IMAGE_VOLUMES))
  fill('pull', word(engine.pull_policy, PULL_POLICIES))
  fill('stopTimeoutS', engine.stop_timeout)

  // An init of the host's is enough of one.
  if (asked.initPath === undefined) fill('init', containers.init)
  if (request.init && containers.init_path) {
    fill('initPath', containers.init_path)
    request.init = false
  }
  const { securityOpt = [] } = asked
  const profile = containers.seccomp_profile
  if (profile && !asked.privileged && !securityOpt.some((text) => /^seccomp[=:]/.test(text))) {
    request.securityOpt = [...securityOpt, `seccomp=${profile.value}`]
    places.securityOpt = profile.origin
  }
  fill('logDriver', containers.log_driver)
  const options = logOptions(conf, request)
  if (options.length > 0) {
    request.logOpts = [...(request.logOpts ?? []), ...options.map(({ value }) => value)]
    places.logOpts = options.map(({ origin }) => origin).join(', ')
  }
  const defaults = requestDefaults(conf)
  for (const [key, { origin }] of Object.entries(defaults)) places[key as keyof RequestDefaults] = origin
  if (Object.keys(defaults).length > 0) request.defaults = { ...valuesOf(defaults), ...asked.defaults }
  return { request, places }
}

function asksForIds({ uidmap, gidmap, subuidname, subgidname }: RunRequest, env: Readonly<Record<string, unknown>>) {
  return (uidmap ?? gidmap ?? subuidname ?? subgidname ?? env['PODMAN_USERNS']) !== undefined
}

/** What of the log is kept in a file can have a size, and every driver but `none` a tag. */
function logOptions({ containers }: ContainersConf, { logDriver = 'k8s-file', logOpts = [] }: RunRequest) {
  const size = containers.log_size_max
  const isFile = /^(k8s-file|json-file|local)$/.test(logDriver)
  const has = (name: string): boolean => logOpts.some((text) => text.startsWith(`${name}=`))
  return [
    ...(size && size.value > 0 && isFile && !has('max-size') ? [{ ...size, value: `max-size=${size.value}` }] : []),
    ...(containers.log_tag && logDriver !== 'none' && !has('tag')
      ? [{ ...containers.log_tag, value: `tag=${containers.log_tag.value}` }]
      : []),
  ]
}

type DecidedDefaults = { readonly [K in keyof RequestDefaults]?: Decided<NonNullable<RequestDefaults[K]>> }

/** What has no flag, or what a flag of the same name adds to rather than replaces. */
function requestDefaults({ containers, engine, network }: ContainersConf): DecidedDefaults {
  const { default_capabilities: capabilities, default_sysctls: sysctls, env, volumes, mounts } = containers
  const hostAddress = containers.host_containers_internal_ip
  const cgroupManager = word(engine.cgroup_manager, ['systemd', 'cgroupfs'])
  const rootlessNetwork = word(network.default_rootless_network_cmd, ['pasta', 'slirp4netns'])
  return {
    // Source: containers.conf(5): an empty list is as none.
    ...(capabilities && capabilities.value.length > 0 && { capabilities }),
    ...(sysctls && { sysctls }),
    ...(env && { env }),
    ...(volumes && { volumes }),
    ...(mounts && { mounts }),
    ...(hostAddress && { hostAddress }),
    ...(engine.cdi_spec_dirs && { cdiDirectories: engine.cdi_spec_dirs }),
    ...(cgroupManager && { cgroupManager }),
    ...(engine.helper_binaries_dir && { helperDirectories: engine.helper_binaries_dir }),
    ...(rootlessNetwork && { rootlessNetwork }),
    ...(network.pasta_options && { pastaOptions: network.pasta_options }),
    ...(engine.network_cmd_options && { slirpOptions: engine.network_cmd_options }),
  }
}

function valuesOf(defaults: DecidedDefaults): RequestDefaults {
  return Object.fromEntries(Object.entries(defaults).map(([key, { value }]) => [key, value]))
}

/** The file was let through only with one of these. */
function word<T extends string>(setting: Decided<string> | undefined, words: readonly T[]): Decided<T> | undefined {
  const value = words.find((known) => known === setting?.value)
  return setting && value !== undefined ? { value, origin: setting.origin } : undefined
}
