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
  /** `target[:options]` */
  readonly tmpfs?: readonly string[]
  /** `none`, `host`, `slirp4netns[:…]`, `pasta[:…]`; the default depends on what is installed */
  readonly network?: string
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
  readonly cpus?: string
  readonly pidsLimit?: number
}

export type PullPolicy = 'always' | 'missing' | 'never' | 'newer'
