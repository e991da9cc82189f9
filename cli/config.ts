import { dirname, join, resolve } from 'node:path'
import { type Ci, ciOf } from './ci.ts'
import { DOCKER_GLOBAL_OPTIONS } from './docker-place.ts'
import { badValue } from './flags/errors.ts'
import type { Options } from './flags/option.ts'
import { PODMAN_GLOBAL_OPTIONS } from './podman-options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the CLI was told by its environment and the flags that every command has. Frozen. */
export interface CliConfig {
  readonly env: Environment
  /** the caller's real ids; inside the user namespace the process itself is uid 0 */
  readonly uid: number
  readonly gid: number
  readonly home: string
  /** persistent data */
  readonly root: string
  /** runtime files, gone after a reboot */
  readonly runroot: string
  readonly storageDriver: string | undefined
  /** absolute path of what a user calls, with no link on the way */
  readonly program: string
  /** absolute path of the launcher: below the bundle, where the build puts it */
  readonly launcher: string
  /** the descriptor of a launcher that bin/tspod had started for us */
  readonly readyLauncher: number | undefined
  /** how many descriptors the caller had open after its stderr */
  readonly inheritedDescriptors: number
  /** the caller's umask, where the launcher has set ours */
  readonly callersUmask: number | undefined
  /** the host gave us no user namespace, which was said already: we are the caller, and can do next to nothing */
  readonly isOutside: boolean
  /** argv that starts this program again, with the same directories */
  readonly selfArgv: readonly string[]
  /** as it was typed */
  readonly commandLine: readonly string[]
  readonly registriesConf: string | undefined
  readonly xdgConfigHome: string
  /** show where errors come from */
  readonly debug: boolean
  /** whether to use colours; undefined: on terminals */
  readonly color: boolean | undefined
  /** errors are to be JSON */
  readonly json: boolean
  /** whose log our words go into */
  readonly ci: Ci | undefined
  /** whose output ours is to be */
  readonly compat: 'docker' | 'podman'
}

/** Flags that every command has. Source: podman(1), "GLOBAL OPTIONS". */
export const GLOBAL_OPTIONS = {
  help: { type: 'boolean', alias: 'h', describe: 'show this help' },
  root: { type: 'string', placeholder: 'DIR', describe: 'keep images and containers in this directory' },
  runroot: { type: 'string', placeholder: 'DIR', describe: 'keep runtime files in this directory' },
  'storage-driver': {
    type: 'string',
    alias: 's',
    placeholder: 'NAME',
    describe: 'how the layers of a container are put together',
  },
  'log-level': {
    type: 'string',
    placeholder: 'LEVEL',
    choices: ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'],
    describe: 'debug shows where an error comes from',
  },
  json: {
    type: 'boolean',
    optional: true,
    describe: 'show errors as JSON, an object a line, on stderr; behind a list, that as JSON, too',
  },
  ci: {
    type: 'boolean',
    optional: true,
    describe: 'for the log of a CI: what is pulled and run is folded in GitHub and GitLab, and nothing is redrawn',
  },
} as const satisfies Options

/** `--version` and its letter are only known before the command. */
const LEADING_OPTIONS = {
  ...GLOBAL_OPTIONS,
  version: { type: 'boolean', alias: 'v', describe: 'show the version of tspod' },
} as const satisfies Options

/** The options before the command, by whose they are: both have some of their own, and docker another letter for the level. */
export function leadingOptions(compat: 'docker' | 'podman'): Options {
  if (compat === 'podman') return { ...LEADING_OPTIONS, ...PODMAN_GLOBAL_OPTIONS }
  return { ...LEADING_OPTIONS, ...DOCKER_GLOBAL_OPTIONS, 'log-level': { ...GLOBAL_OPTIONS['log-level'], alias: 'l' } }
}

/** Values of `GLOBAL_OPTIONS`; those given after the command win. */
export interface GlobalFlags {
  readonly root?: unknown
  readonly runroot?: unknown
  readonly storageDriver?: unknown
  readonly logLevel?: unknown
  readonly json?: unknown
  readonly ci?: unknown
  /** podman's `--registries-conf` */
  readonly registriesConf?: unknown
  /** docker's `--debug` and `--config` */
  readonly debug?: unknown
  readonly config?: unknown
}

export interface ProcessFacts {
  readonly env: Environment
  /** the descriptor of a launcher that bin/tspod had started for us, in decimal */
  readonly readyLauncher?: string | undefined
  readonly inheritedDescriptors?: string | undefined
  /** in decimal */
  readonly callersUmask?: string | undefined
  readonly isOutside?: boolean
  readonly uid: number
  readonly gid: number
  /** absolute paths of node and of the program it runs */
  readonly node: string
  readonly program: string
  /** what was typed behind the name */
  readonly words?: readonly string[]
}

/** The process's own environment, ids and program: the only place that reads them. */
export function readProcessFacts(): ProcessFacts {
  const {
    _TSPOD_RUN: readyLauncher,
    _TSPOD_FDS: inheritedDescriptors,
    _TSPOD_UMASK: callersUmask,
    _TSPOD_OUTSIDE: outside,
    ...env
  } = process.env
  // They are ours alone: no child of ours may look for them.
  delete process.env['_TSPOD_RUN']
  delete process.env['_TSPOD_FDS']
  delete process.env['_TSPOD_UMASK']
  delete process.env['_TSPOD_OUTSIDE']
  return {
    env: Object.freeze(env),
    readyLauncher,
    inheritedDescriptors,
    callersUmask,
    isOutside: outside !== undefined,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    node: process.execPath,
    program: process.argv[1] ?? '',
    words: process.argv.slice(2),
  }
}

/**
 * Where things are kept. Source: XDG Base Directory Specification; root without XDG variables
 * keeps them where the file system hierarchy has such things (hier(7)).
 */
export function makeConfig(facts: ProcessFacts, flags: GlobalFlags): CliConfig {
  const dockerConfig = text(flags.config)
  const env = dockerConfig === undefined ? facts.env : { ...facts.env, DOCKER_CONFIG: resolve(dockerConfig) }
  const uid = parseNumber('_TSPOD_UID', env['_TSPOD_UID']) ?? facts.uid
  const gid = parseNumber('_TSPOD_GID', env['_TSPOD_GID']) ?? facts.gid
  const home = env['HOME'] || (uid === 0 ? '/root' : `/home/${uid}`)
  const xdg = (name: string, fallback: string) => absolute(env[name]) ?? fallback
  const data = xdg('XDG_DATA_HOME', uid === 0 ? '/var/lib' : `${home}/.local/share`)
  const runtime = absolute(env['XDG_RUNTIME_DIR'])
  const root = resolve(text(flags.root) ?? `${data}/tspod`)
  const runroot = resolve(text(flags.runroot) ?? (runtime ? `${runtime}/tspod` : fallbackRunroot(uid)))
  const storageDriver = text(flags.storageDriver) ?? text(env['STORAGE_DRIVER'])
  const driverFlag = storageDriver === undefined ? [] : ['--storage-driver', storageDriver]
  const level = text(flags.logLevel) ?? 'warn'
  return Object.freeze({
    env,
    uid,
    gid,
    home,
    root,
    runroot,
    storageDriver,
    program: resolve(text(env['_TSPOD_PROGRAM']) ?? join(dirname(facts.program), '../bin/tspod')),
    launcher: text(env['_TSPOD_LAUNCHER']) ?? join(dirname(facts.program), process.arch, 'launcher'),
    readyLauncher: parseNumber('_TSPOD_RUN', facts.readyLauncher),
    inheritedDescriptors: parseNumber('_TSPOD_FDS', facts.inheritedDescriptors) ?? 0,
    callersUmask: parseNumber('_TSPOD_UMASK', facts.callersUmask),
    isOutside: facts.isOutside ?? false,
    commandLine: Object.freeze([nameOf(env), ...(facts.words ?? [])]),
    selfArgv: Object.freeze([facts.node, facts.program, '--root', root, '--runroot', runroot, ...driverFlag]),
    registriesConf: text(flags.registriesConf) ?? text(env['CONTAINERS_REGISTRIES_CONF']),
    xdgConfigHome: xdg('XDG_CONFIG_HOME', `${home}/.config`),
    debug: flags.debug === true || level === 'debug' || level === 'trace',
    color: colorOf(env),
    json: flags.json === true,
    ci: flags.ci === true ? ciOf(env) : undefined,
    compat: compatOf(env),
  })
}

/**
 * Whether to use colours; undefined: where it is a terminal.
 * Source: nodejs.org, tty, getColorDepth: FORCE_COLOR wins over NO_COLOR, and that over TERM; no-color.org.
 */
export function colorOf(env: Environment): boolean | undefined {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  return env['NO_COLOR'] || env['TERM'] === 'dumb' ? false : undefined
}

/** What the user calls us. */
export function nameOf(env: Environment): string {
  return env['_TSPOD_NAME'] || 'tspod'
}

/** By the name we were called by; a variable wins. */
export function compatOf(env: Environment): 'docker' | 'podman' {
  const asked = text(env['TSPOD_COMPAT'])
  if (asked === undefined) return env['_TSPOD_NAME'] === 'docker' ? 'docker' : 'podman'
  if (asked === 'docker' || asked === 'podman') return asked
  throw badValue('TSPOD_COMPAT', asked, 'must be docker or podman')
}

/** Where no session has made a runtime directory: cron, su, CI. */
function fallbackRunroot(uid: number): string {
  return uid === 0 ? '/run/tspod' : `/tmp/tspod-run-${uid}/tspod`
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parseNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,10}$/.test(value)) throw badValue(name, value, 'not a number')
  return Number(value)
}

/**
 * The flags that a service of this user needs to work with the same directories: none where they
 * are the ones it would use by itself, with no variables of a session but XDG_RUNTIME_DIR, which
 * its manager sets. Source: systemd.exec(5), "Environment Variables in Spawned Processes".
 */
export function bootFlags(config: CliConfig): string[] {
  const { uid, gid, home, root, runroot, storageDriver } = config
  const env = { HOME: home, ...(uid === 0 ? {} : { XDG_RUNTIME_DIR: `/run/user/${uid}` }) }
  const plain = makeConfig({ env, uid, gid, node: '', program: '' }, {})
  return [
    ...(root === plain.root ? [] : ['--root', root]),
    ...(runroot === plain.runroot ? [] : ['--runroot', runroot]),
    ...(storageDriver === undefined ? [] : ['--storage-driver', storageDriver]),
  ]
}
