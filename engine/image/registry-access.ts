import { join, resolve } from 'node:path'
import type { AuthPlaces } from '../../storage/auth/auth-places.ts'
import { findLogin, type LoginSources } from '../../storage/auth/find-login.ts'
import type { FindCredentials } from '../../storage/registry/authorizer.ts'
import { loadRegistriesConfig } from '../../storage/registry/registries-conf.ts'
import type { RegistriesConfig } from '../../storage/registry/registries-config.ts'
import type { RegistryOptions } from '../../storage/registry/registry-options.ts'
import type { Credentials } from '../../storage/registry/token.ts'
import { parseDuration } from '../config/check-setting.ts'
import type { ContainersConf } from '../config/containers-conf.ts'
import type { Engine } from '../engine.ts'
import { type ChooseName, shortNamesFile } from './choose-name.ts'

/** How a command is to talk to registries. What is not given, the environment and the files of configuration say. */
export interface RegistryAccess {
  /** file of logins, instead of those that are looked for */
  readonly authFile?: string
  /** the same, as docker has it */
  readonly compatAuthFile?: string
  /** this login for every registry of the command, but not for mirrors */
  readonly credentials?: Credentials
  /** directory of certificates, instead of those of certs.d */
  readonly certDir?: string
  /** false: any certificate will do, and plain HTTP */
  readonly tlsVerify?: boolean
  /** how often to try again */
  readonly retries?: number
  /** how long to wait before that, instead of longer each time */
  readonly retryDelayMs?: number
  /** asked where a short name may be on several registries */
  readonly chooseName?: ChooseName
}

/** `RegistryAccess` with everything looked up. */
export interface OpenAccess {
  readonly registries: RegistriesConfig
  readonly tlsVerify: boolean | undefined
  readonly registry: RegistryOptions
  readonly logins: LoginSources
  /** how many layers are fetched at the same time; the usual number where it says nothing */
  readonly maxDownloads: number | undefined
}

const USER_AGENT = 'tspod'

/**
 * Reads registries.conf and the environment. Logins are looked for when a registry wants one.
 *
 * @throws {TspodError} E_BAD_CONFIG
 * @see containers-registries.conf(5), containers-auth.json(5), containers-certs.d(5)
 */
export async function openAccess(engine: Engine, access: RegistryAccess = {}): Promise<OpenAccess> {
  const { xdgConfigHome } = engine
  const conf = (await engine.containersConf()).engine
  const env = { ...variablesOf(conf.env?.value), ...engine.env }
  const override = env['CONTAINERS_REGISTRIES_CONF_OVERRIDE']
  const registries = await loadRegistriesConfig({
    ...(engine.registriesConf ? { registriesConf: engine.registriesConf } : {}),
    ...(override ? { registriesConfOverride: override } : {}),
    shortNameAliases: shortNamesFile(engine),
    xdgConfigHome,
  })
  const logins = { places: authPlaces(engine, access), helpers: registries.credentialHelpers.value }
  return {
    registries,
    tlsVerify: access.tlsVerify,
    logins,
    // Source: containers.conf(5), image_parallel_copies: 0 is the usual number.
    maxDownloads: conf.image_parallel_copies?.value || undefined,
    registry: {
      userAgent: USER_AGENT,
      credentialsFor: credentialsOf(access, logins),
      authorities: authoritiesOf(env),
      certificates: certificatePlaces(engine, access),
      proxy: proxiesOf(env),
      retry: retryOf(withConf(access, conf)),
    },
  }
}

function authPlaces({ env, cwd, xdgConfigHome }: Engine, access: RegistryAccess): AuthPlaces {
  const file = access.authFile ?? env['REGISTRY_AUTH_FILE']
  return {
    ...(file ? { file: resolve(cwd, file) } : {}),
    ...(access.compatAuthFile ? { compatFile: resolve(cwd, access.compatAuthFile) } : {}),
    ...(env['XDG_RUNTIME_DIR'] ? { xdgRuntimeDirectory: env['XDG_RUNTIME_DIR'] } : {}),
    ...(env['DOCKER_CONFIG'] ? { dockerConfig: env['DOCKER_CONFIG'] } : {}),
    xdgConfigHome,
    home: env['HOME'] || '/root',
  }
}

/** Source: containers/image, docker_image_src.go: what is meant for a registry is not sent to its mirrors. */
function credentialsOf({ credentials }: RegistryAccess, logins: LoginSources): FindCredentials {
  const stored = rememberedLogins(logins)
  if (!credentials) return stored
  return (registry, path, place) => (place.isMirror ? stored(registry, path, place) : credentials)
}

/** A helper may be slow, or ask its user something: once for each repository is enough. */
function rememberedLogins(logins: LoginSources): FindCredentials {
  const known = new Map<string, Credentials | undefined>()
  return (registry, repositoryPath) => {
    const key = `${registry}/${repositoryPath}`
    if (!known.has(key)) known.set(key, findLogin(logins, registry, repositoryPath)?.credentials)
    return known.get(key)
  }
}

type Environment = Engine['env']

/** Source: golang.org/x/net/http/httpproxy for the order of spelling; curl(1) for ALL_PROXY. */
function proxiesOf(env: Environment): NonNullable<RegistryOptions['proxy']> {
  const read = (name: string): string | undefined => env[name] || env[name.toLowerCase()]
  const all = read('ALL_PROXY')
  return { http: read('HTTP_PROXY') ?? all ?? '', https: read('HTTPS_PROXY') ?? all ?? '', no: read('NO_PROXY') ?? '' }
}

/** Source: Go's crypto/x509, root_unix.go; node(1). */
function authoritiesOf(env: Environment): NonNullable<RegistryOptions['authorities']> {
  const [file, directories, extraFile] = [env['SSL_CERT_FILE'], env['SSL_CERT_DIR'], env['NODE_EXTRA_CA_CERTS']]
  return {
    ...(file ? { file } : {}),
    ...(directories ? { directories: directories.split(':').filter((directory) => directory !== '') } : {}),
    ...(extraFile ? { extraFile } : {}),
  }
}

/** Source: containers-certs.d(5), "DIRECTORY SELECTION"; docker's own come last. */
function certificatePlaces({ cwd, xdgConfigHome }: Engine, { certDir }: RegistryAccess) {
  if (certDir) return { directory: resolve(cwd, certDir) }
  return {
    perHost: [join(xdgConfigHome, 'containers/certs.d'), '/etc/containers/certs.d', '/etc/docker/certs.d'],
  }
}

/** Source: containers.conf(5), `env` of the table engine: what is set already stays. */
function variablesOf(texts: readonly string[] = []): Environment {
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))
}

/** @see containers.conf(5), retry, retry_delay */
function withConf(access: RegistryAccess, { retry, retry_delay: delay }: ContainersConf['engine']): RegistryAccess {
  return {
    ...(retry && { retries: retry.value }),
    ...(delay && { retryDelayMs: parseDuration(delay.value) }),
    ...access,
  }
}

function retryOf({ retries, retryDelayMs }: RegistryAccess): NonNullable<RegistryOptions['retry']> {
  return {
    ...(retries === undefined ? {} : { tries: retries + 1 }),
    ...(retryDelayMs === undefined ? {} : { firstDelayMs: retryDelayMs, maxDelayMs: retryDelayMs }),
  }
}
