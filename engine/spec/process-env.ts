import { type Environment, parseEnv, parseEnvFile, type Variables } from './parse-env.ts'
import type { ReadText } from './read-option-file.ts'

/** Source: docker and podman, `PATH` of a container whose image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// Source: podman-run(1), "--http-proxy", which is on unless turned off.
const PROXY_NAMES = [
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'NO_PROXY',
]

export interface EnvRequest {
  readonly env?: readonly string[]
  readonly envFiles?: readonly string[]
}

/**
 * The environment of a container's first process: our defaults, then the image's, the files' and
 * the options', each over those before. HOME and HOSTNAME are set unless one of them does.
 *
 * @throws {TspodError} E_BAD_ENV
 * @see podman-run(1), "Environment"
 */
export function processEnv(options: {
  readonly request: EnvRequest & { readonly tty?: boolean }
  readonly imageEnv: readonly string[]
  readonly hostEnv: Environment
  readonly hostname: string
  readonly home: string
  readonly readText: ReadText
}): string[] {
  return joinEnv([
    ['PATH', DEFAULT_PATH],
    ...(options.request.tty ? [['TERM', 'xterm'] as const] : []),
    ['container', 'oci'],
    ['HOSTNAME', options.hostname],
    ['HOME', options.home],
    ...PROXY_NAMES.flatMap((name) => parseEnv(name, options.hostEnv)),
    ...imageVariables(options.imageEnv),
    ...requestedEnv(options.request, options.hostEnv, options.readText),
  ])
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
