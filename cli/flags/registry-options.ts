import type { RegistryAccess } from '../../engine/image/registry-access.ts'
import { parseGoDuration } from '../../engine/parse-time.ts'
import { nameChooser } from '../choose-name.ts'
import { badValue } from './errors.ts'
import type { Arguments, Options } from './option.ts'

/** What every command has that only asks a registry something. Source: podman-search(1). */
export const REGISTRY_OPTIONS = {
  authfile: { type: 'string', placeholder: 'FILE', describe: 'take logins from this file' },
  'cert-dir': { type: 'string', placeholder: 'DIR', describe: 'take certificates from this directory' },
  creds: { type: 'string', placeholder: 'USER[:PASSWORD]', describe: 'log in as this user for this once' },
  'tls-verify': {
    type: 'boolean',
    optional: true,
    describe: "check the registry's certificate, even where registries.conf does not",
  },
} as const satisfies Options

/** What those have beside that move images. Source: podman-pull(1). */
export const TRANSFER_OPTIONS = {
  ...REGISTRY_OPTIONS,
  retry: { type: 'number', minimum: 0, placeholder: 'NUMBER', describe: 'how often to try again (default 2)' },
  'retry-delay': {
    type: 'string',
    placeholder: 'DURATION',
    describe: 'how long to wait before that (default: longer each time)',
  },
} as const satisfies Options

/** Which of a multi-platform image. Source: podman-pull(1). */
export const PLATFORM_OPTIONS = {
  arch: { type: 'string', placeholder: 'ARCH', describe: 'of another architecture than this machine' },
  os: { type: 'string', placeholder: 'OS', describe: 'of another operating system' },
  platform: { type: 'string', placeholder: 'OS/ARCH[/VARIANT]', describe: 'for this platform' },
  variant: { type: 'string', placeholder: 'VARIANT', describe: 'for this variant of the architecture' },
} as const satisfies Options

type Given = Partial<Arguments<Record<never, never>, typeof TRANSFER_OPTIONS>>

/**
 * The words of the command line as the engine takes them. A password that `--creds` leaves out is
 * asked for.
 *
 * @throws {TspodError} E_BAD_FLAG, E_NO_TERMINAL
 */
export async function toRegistryAccess(args: Given): Promise<RegistryAccess> {
  const chooseName = nameChooser()
  return {
    ...(chooseName && { chooseName }),
    ...(args.authfile === undefined ? {} : { authFile: args.authfile }),
    ...(args.certDir === undefined ? {} : { certDir: args.certDir }),
    ...(args.creds === undefined ? {} : { credentials: await parseCredentials(args.creds) }),
    ...(args.tlsVerify === undefined ? {} : { tlsVerify: args.tlsVerify }),
    ...(args.retry === undefined ? {} : { retries: args.retry }),
    ...(args.retryDelay === undefined ? {} : { retryDelayMs: parseDelay(args.retryDelay) }),
  }
}

/** A number without a unit is in seconds, as in containers.conf. */
function parseDelay(text: string): number {
  const delayMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (delayMs !== undefined && delayMs >= 0) return delayMs
  throw badValue('--retry-delay', text, 'not a duration such as 5s')
}

async function parseCredentials(text: string): Promise<NonNullable<RegistryAccess['credentials']>> {
  const colon = text.indexOf(':')
  const username = colon < 0 ? text : text.slice(0, colon)
  // Not shown: what is wrong with it may be that it is all password.
  if (username === '') throw badValue('--creds', ':…', 'must be USER or USER:PASSWORD')
  if (colon >= 0) return { username, password: text.slice(colon + 1) }
  const { askSecret } = await import('../prompt.ts')
  return { username, password: await askSecret('Password: ') }
}

type PlatformArguments = Arguments<Record<never, never>, typeof PLATFORM_OPTIONS>

export function platformWords({ arch, os, platform, variant }: PlatformArguments) {
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(os === undefined ? {} : { os }),
    ...(platform === undefined ? {} : { platform }),
    ...(variant === undefined ? {} : { variant }),
  }
}
