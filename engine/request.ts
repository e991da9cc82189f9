import type { RegistryAccess } from './image/registry-access.ts'

/**
 * What the user asks of `run` and `create`, as close to the words of the command line as a
 * library user would type them. Strings with a grammar of their own (`-v`, `--ulimit` …) are
 * parsed in engine/spec, so that the CLI and the library reject the same things in the same words.
 */
export interface RunRequest {
  readonly image: string
  /** replaces the image's Cmd when not empty */
  readonly command: readonly string[]
  readonly name?: string
  readonly interactive?: boolean
  readonly tty?: boolean
  readonly detach?: boolean
  /** --rm */
  readonly remove?: boolean
  /** `NAME=value`, or `NAME` to take the caller's value, or `NAME*` for every variable of the caller with that prefix */
  readonly env?: readonly string[]
  readonly envFiles?: readonly string[]
  readonly workdir?: string
  /** `user`, `uid`, `user:group`, `uid:gid` … */
  readonly user?: string
  /** a program, or a JSON array of strings; '' clears the image's */
  readonly entrypoint?: string
  /** `[source:]target[:options]` */
  readonly volumes?: readonly string[]
  /** a directory that one of those names and that does not exist is made, as docker does */
  readonly makeSources?: boolean
  /** /.dockerenv, too, which some programs look for to know that they are in a container */
  readonly dockerenv?: boolean
  /** `target[:options]` */
  readonly tmpfs?: readonly string[]
  /** a tmpfs begins with a copy of what the image has there, unless its options say otherwise; the default */
  readonly tmpfsCopyUp?: boolean
  /** no program is run from a tmpfs, unless its options say otherwise, as with docker */
  readonly tmpfsNoexec?: boolean
  /**
   * `none`, `host`, `slirp4netns`, `pasta`, `container:name`, or networks with names,
   * `name[:ip=…,ip6=…,mac=…,alias=…,interface_name=…]`; the default depends on what is installed
   */
  readonly networks?: readonly string[]
  /** `none`, `allow=HOST:PORT,…`: what it may reach outside its networks, which have names; all where it is absent */
  readonly egress?: readonly string[]
  /** in the one network with a name */
  readonly ip?: string
  readonly ip6?: string
  readonly macAddress?: string
  readonly hostname?: string
  /** `name:address` */
  readonly addHosts?: readonly string[]
  readonly dns?: readonly string[]
  readonly readOnly?: boolean
  readonly init?: boolean
  readonly pull?: PullPolicy
  /** `os/architecture[/variant]`, or its parts */
  readonly platform?: string
  readonly os?: string
  readonly arch?: string
  readonly variant?: string
  /** logins, certificates and the like for the pull */
  readonly registry?: RegistryAccess
  readonly quiet?: boolean
  readonly cidfile?: string
  readonly pidfile?: string
  /** `name=value` or `name` */
  readonly labels?: readonly string[]
  readonly labelFiles?: readonly string[]
  readonly stopSignal?: string
  readonly stopTimeoutS?: number
  readonly privileged?: boolean
  readonly capAdd?: readonly string[]
  readonly capDrop?: readonly string[]
  /** `seccomp=…`, `no-new-privileges`, `mask=…`, `unmask=…`, `label=…`, `apparmor=…` */
  readonly securityOpt?: readonly string[]
  /** `name=soft[:hard]` */
  readonly ulimits?: readonly string[]
  /** bytes with an optional unit: `64m` */
  readonly shmSize?: string
  readonly memory?: string
  readonly memorySwap?: string
  readonly memoryReservation?: string
  readonly cpus?: string
  readonly cpuShares?: number
  readonly cpuPeriod?: number
  readonly cpuQuota?: number
  /** `0-2,4` */
  readonly cpusetCpus?: string
  readonly cpusetMems?: string
  readonly pidsLimit?: number
  readonly oomScoreAdj?: number
  /** another container of this name goes first */
  readonly replace?: boolean
  /** names or ids of containers that are started before it */
  readonly requires?: readonly string[]
  /** `no`, `always`, `unless-stopped`, `on-failure[:times]` */
  readonly restart?: string
  readonly health?: HealthRequest
  /** `k8s-file`, `json-file`, `journald`, `none`, `passthrough` */
  readonly logDriver?: string
  /** `name=value`: path, max-size, max-file, tag */
  readonly logOpts?: readonly string[]
  /** name or id of the pod it is in; `new:NAME` for one that is made with it */
  readonly pod?: string
  /** a file with the id of that pod */
  readonly podIdFile?: string
  /** it has no image and runs nothing: it holds the namespaces of its pod */
  readonly holds?: boolean
  /** `image` is a directory of the host that is to be the root file system: `path[:O]` */
  readonly rootfs?: boolean
  /** `type=bind,src=…,dst=…` */
  readonly mounts?: readonly string[]
  /** `container[:ro|rw|z]` */
  readonly volumesFrom?: readonly string[]
  /** what becomes of the image's VOLUMEs */
  readonly imageVolume?: 'bind' | 'tmpfs' | 'ignore' | 'anonymous'
  /** `path[:path in the container[:rwm]]` */
  readonly devices?: readonly string[]
  /** `host`, `keep-id[:uid=…,gid=…]`, `auto[:size=…]`, `nomap`, `container:id` */
  readonly userns?: string
  /** `container:host:size`, host ids as the caller's namespace has them, `@` before one for an id of the machine */
  readonly uidmap?: readonly string[]
  readonly gidmap?: readonly string[]
  readonly subuidname?: string
  readonly subgidname?: string
  /** `keep-groups`, or names and ids */
  readonly groupAdd?: readonly string[]
  /** a line of /etc/passwd, with $USERNAME and the like */
  readonly passwdEntry?: string
  readonly groupEntry?: string
  /** users of the host who are to be in the container's /etc/passwd */
  readonly hostUsers?: readonly string[]
  /** /etc/passwd and /etc/group get entries for the user; the default */
  readonly passwd?: boolean
  /** `host`, `private`, `container:id` */
  readonly pid?: string
  /** `host`, `private`, `shareable`, `none`, `container:id` */
  readonly ipc?: string
  readonly uts?: string
  readonly cgroupns?: string
  /** of the zone database, or `local` */
  readonly tz?: string
  /** octal */
  readonly umask?: string
  /** the container is killed after that many seconds */
  readonly timeoutS?: number
  /** all of the caller's environment */
  readonly envHost?: boolean
  /** `NAME=value` with `$OTHER` of the image's environment in it */
  readonly envMerge?: readonly string[]
  readonly unsetenv?: readonly string[]
  readonly unsetenvAll?: boolean
  /** the caller's http_proxy and the like are passed on; the default */
  readonly httpProxy?: boolean
  readonly annotations?: readonly string[]
  readonly sysctl?: readonly string[]
  /** `name[,type=mount|env,target=…,uid=,gid=,mode=]` */
  readonly secrets?: readonly string[]
  readonly systemd?: 'true' | 'false' | 'always'
  /** of `stdin`, `stdout`, `stderr`; all that there are where it is absent */
  readonly attach?: readonly string[]
  /** how many of the caller's descriptors from 3 on the program gets */
  readonly preserveFds?: number
  readonly detachKeys?: string
  /** signals to us go to the container; the default */
  readonly sigProxy?: boolean
  readonly noHosts?: boolean
  readonly noHostname?: boolean
  readonly dnsSearch?: readonly string[]
  readonly dnsOptions?: readonly string[]
  /** `port[-port][/protocol]` */
  readonly expose?: readonly string[]
  /** `[[ip:]hostPort:]port[-port][/protocol]` */
  readonly publish?: readonly string[]
  readonly publishAll?: boolean
  readonly networkAliases?: readonly string[]
  /** /run, /tmp and /var/tmp are writable in a read-only container; the default */
  readonly readOnlyTmpfs?: boolean
  /** an init program of the host, instead of ours */
  readonly initPath?: string
  /** `parent` or a pid: the container is killed when that process has ended */
  readonly bindTo?: string
  readonly gpus?: readonly string[]
  readonly cgroupParent?: string
  /** `enabled`, `disabled`, `no-conmon`, `split` */
  readonly cgroups?: string
  /** `file=value` of the cgroup */
  readonly cgroupConf?: readonly string[]
  /** 10 to 1000 */
  readonly blkioWeight?: number
  /** of the file systems that --systemd makes */
  readonly shmSizeSystemd?: string
  readonly domainname?: string
  /** a file of the host that /etc/hosts begins with, `image`, or `none` */
  readonly hostsFile?: string
  /** gets the process id of the monitor */
  readonly monitorPidfile?: string
  /** the command line it comes from, for `inspect` */
  readonly createCommand?: readonly string[]
  /** flags that were given and have no effect here; the user is told */
  readonly ignored?: readonly string[]
  readonly defaults?: RequestDefaults
}

/** What holds for a container where nothing else says anything: of containers.conf, kept with the container. */
export interface RequestDefaults {
  /** what it may do before anything is added or dropped */
  readonly capabilities?: readonly string[]
  /** `name=value`; those of namespaces that are not its own are left out */
  readonly sysctls?: readonly string[]
  /** as `env`, and below the image's */
  readonly env?: readonly string[]
  /** as the flags; what these mount at the same place wins */
  readonly volumes?: readonly string[]
  readonly mounts?: readonly string[]
  /** of host.containers.internal; `none` for no such name */
  readonly hostAddress?: string
  readonly cdiDirectories?: readonly string[]
  readonly cgroupManager?: 'systemd' | 'cgroupfs'
  /** where helpers of networks are looked for first */
  readonly helperDirectories?: readonly string[]
  readonly rootlessNetwork?: 'pasta' | 'slirp4netns'
  readonly pastaOptions?: readonly string[]
  /** `name=value`, as of --network slirp4netns */
  readonly slirpOptions?: readonly string[]
}

/** Times are Go durations: `30s`, `1m30s`. What is absent is the image's, then the default. */
export interface HealthRequest {
  /** a command line, a JSON array of strings, or `none` */
  readonly cmd?: string
  readonly interval?: string
  readonly timeout?: string
  readonly startPeriod?: string
  readonly startInterval?: string
  readonly retries?: number
  readonly onFailure?: 'none' | 'kill' | 'restart' | 'stop'
  /** as `cmd`: runs in its place until it has succeeded `startupSuccess` times */
  readonly startupCmd?: string
  readonly startupInterval?: string
  readonly startupTimeout?: string
  /** after so many failures the container is restarted; 0 is never */
  readonly startupRetries?: number
  readonly startupSuccess?: number
  readonly maxLogCount?: number
  readonly maxLogSize?: number
  readonly disable?: boolean
}

export type PullPolicy = 'always' | 'missing' | 'never' | 'newer'
