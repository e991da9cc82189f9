import { type Environment, parseEnv, parseEnvFile, type Variables } from './parse-env.ts'
import type { ReadText } from './read-option-file.ts'

/** Source: docker and podman, `PATH` of a container whose image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// Source: podman-run(1), "--http-proxy", which is on unless turned off.
const PROXY_NAMES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy']

export interface EnvRequest {
  readonly env?: readonly string[]
  readonly envFiles?: readonly string[]
}

/** What of a request says something of the environment of a container's first process. */
export interface FirstEnvRequest extends EnvRequest {
  readonly tty?: boolean
  readonly envHost?: boolean
  readonly envMerge?: readonly string[]
  readonly unsetenv?: readonly string[]
  readonly unsetenvAll?: boolean
  readonly httpProxy?: boolean
  /** of containers.conf */
  readonly defaults?: { readonly env?: readonly string[] }
}

export interface EnvInput {
  readonly request: FirstEnvRequest
  readonly imageEnv: readonly string[]
  readonly hostEnv: Environment
  readonly hostname: string
  readonly home: string
  /** variables that come with how the container is made */
  readonly more?: Variables
  readonly readText: ReadText
}

/**
 * The environment of a container's first process: our defaults, the caller's where that is asked for,
 * the image's, the files' and the options', each over those before. HOME and HOSTNAME are set unless
 * one of them does. What is to be unset is of all but the files and the options.
 *
 * @throws {TspodError} E_BAD_ENV
 * @see podman-run(1), "Environment", "--env-host", "--env-merge", "--unsetenv", "--unsetenv-all"
 */
export function processEnv(input: EnvInput): string[] {
  const { request, hostEnv } = input
  const given = [...(input.more ?? []), ...mergedVariables(input), ...requestedEnv(request, hostEnv, input.readText)]
  const unset = new Set(request.unsetenv)
  const own = request.envHost ? hostVariables(hostEnv) : []
  const defaults = request.unsetenvAll ? own : defaultVariables(input, own).filter(([name]) => !unset.has(name))
  return joinEnv([...defaults, ...given])
}

/** @param own the caller's, where they are asked for */
function defaultVariables({ request, hostEnv, hostname, home, imageEnv }: EnvInput, own: Variables): Variables {
  const proxies = request.httpProxy === false ? [] : PROXY_NAMES
  return [
    ['PATH', DEFAULT_PATH],
    ...(request.tty ? [['TERM', 'xterm'] as const] : []),
    ['container', 'oci'],
    ['HOSTNAME', hostname],
    ['HOME', home],
    ...(request.defaults?.env ?? []).flatMap((text) => parseEnv(text, hostEnv)),
    ...own.filter(([name]) => name !== 'HOSTNAME'),
    ...[...proxies, ...proxies.map((name) => name.toUpperCase())].flatMap((name) => parseEnv(name, hostEnv)),
    ...imageVariables(imageEnv),
  ]
}

function hostVariables(hostEnv: Environment): Variables {
  // Ours are between our programs.
  return parseEnv('*', hostEnv).filter(([name]) => !name.startsWith('_TSPOD_'))
}

/** `NAME=value` where `${OTHER}` and `$OTHER` are variables of the image's, or PATH, which has a default. */
function mergedVariables({ request, imageEnv, hostEnv }: EnvInput): Variables {
  const values = new Map([['PATH', DEFAULT_PATH] as const, ...imageVariables(imageEnv)])
  return (request.envMerge ?? []).flatMap((text) =>
    parseEnv(text, hostEnv).map(([name, value]) => {
      const merged = value.replace(
        /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
        (_, braced: string | undefined, plain: string | undefined) => values.get(braced ?? plain ?? '') ?? '',
      )
      return [name, merged] as const
    }),
  )
}

/** What `--env-file` and `-e` say, in the order in which the later wins. */
export function requestedEnv(request: EnvRequest, hostEnv: Environment, readText: ReadText): Variables {
  return [
    ...(request.envFiles ?? []).flatMap((path) => parseEnvFile(readText(path), path, hostEnv)),
    ...(request.env ?? []).flatMap((text) => parseEnv(text, hostEnv)),
  ]
}

/** One `NAME=value` a name: the last value, at the place of the first. */
export function joinEnv(variables: Variables): string[] {
  return Array.from(new Map(variables), ([name, value]) => `${name}=${value}`)
}

/** `NAME=value` words as variables. The caller's own environment is nothing to an image, so a name alone is empty. */
export function imageVariables(env: readonly string[]): Variables {
  return env.flatMap((entry) => {
    const equals = entry.indexOf('=')
    const name = equals < 0 ? entry : entry.slice(0, equals)
    return name === '' ? [] : [[name, equals < 0 ? '' : entry.slice(equals + 1)] as const]
  })
}
