import { TspodError } from '../../base/errors.ts'
import { currentLogin, type LoginPlace, login, openLogin, verifyLogin } from '../../engine/image/login.ts'
import { notLoggedIn } from '../../engine/image/logout.ts'
import type { RegistryAccess } from '../../engine/image/registry-access.ts'
import { defineCommand } from '../command.ts'
import type { CommandIo } from '../command-io.ts'
import { dockerAuthFile } from '../flags/docker-auth-file.ts'
import { badArguments } from '../flags/errors.ts'
import type { Arguments, Options } from '../flags/option.ts'

const POSITIONALS = {
  registry: { describe: 'host[:port][/namespace]; the first of unqualified-search-registries where none is given' },
} as const

const OPTIONS = {
  authfile: { type: 'string', placeholder: 'FILE', describe: 'keep the login in this file' },
  'cert-dir': { type: 'string', placeholder: 'DIR', describe: 'take certificates from this directory' },
  'compat-auth-file': { type: 'string', placeholder: 'FILE', describe: "keep the login in this file of docker's" },
  'get-login': { type: 'boolean', describe: 'only print who is logged in' },
  password: {
    type: 'string',
    alias: 'p',
    placeholder: 'PASSWORD',
    describe: 'password; others on this machine can see it',
  },
  'password-stdin': { type: 'boolean', describe: 'take the password from stdin' },
  secret: { type: 'string', placeholder: 'NAME', hidden: true, describe: 'a secret with the password in it' },
  'tls-verify': { type: 'boolean', optional: true, describe: "check the registry's certificate" },
  username: { type: 'string', alias: 'u', placeholder: 'NAME', describe: 'user name' },
  verbose: { type: 'boolean', alias: 'v', describe: 'say where the login is kept' },
} as const satisfies Options

type LoginArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>

/** A password that is longer than this is a mistake. */
const MAX_PASSWORD_BYTES = 64 << 10

export default defineCommand({
  usage: 'login [options] [REGISTRY]',
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['tspod login quay.io', 'ask for user name and password'],
    ['pass show registry | tspod login -u me --password-stdin registry.example.com', 'without anybody to ask'],
  ],
  run: async (engine, args, io) => {
    checkArguments(args)
    const place = await openLogin(
      engine,
      args.registry ?? '',
      accessOf({ ...args, compatAuthFile: dockerAuthFile(args, io.config) }),
    )
    const current = currentLogin(place)
    if (args.getLogin) {
      if (!current?.credentials.username) throw notLoggedIn(args.registry || place.key.registry)
      return { lines: [current.credentials.username] }
    }
    const succeeded = io.config.compat === 'docker' ? 'Login Succeeded' : 'Login Succeeded!'
    const isGiven = args.username !== undefined || args.password !== undefined
    if (current && !isGiven && (await isStillGood(place, current.credentials, io))) {
      return { lines: [`Existing credentials are valid. Already logged in to ${place.key.registry}`] }
    }
    const origin = await login(engine, place, await askCredentials(args, current?.credentials.username, io))
    return { lines: [...(args.verbose ? [`Used: ${origin}`] : []), succeeded] }
  },
})

function checkArguments(args: LoginArguments): void {
  if (args.secret !== undefined) {
    throw new TspodError('E_UNSUPPORTED', 'tspod keeps no secrets', { hint: 'use --password-stdin' })
  }
  if (args.passwordStdin && args.password !== undefined) {
    throw badArguments('--password and --password-stdin do not go together', 'login')
  }
  if (args.passwordStdin && args.username === undefined) {
    throw badArguments('--password-stdin needs --username', 'login')
  }
  if (args.authfile !== undefined && args.compatAuthFile !== undefined) {
    throw badArguments('--authfile and --compat-auth-file do not go together', 'login')
  }
}

function accessOf({ authfile, certDir, compatAuthFile, tlsVerify }: LoginArguments): RegistryAccess {
  return {
    ...(authfile === undefined ? {} : { authFile: authfile }),
    ...(compatAuthFile === undefined ? {} : { compatAuthFile }),
    ...(certDir === undefined ? {} : { certDir }),
    ...(tlsVerify === undefined ? {} : { tlsVerify }),
  }
}

type StoredCredentials = NonNullable<ReturnType<typeof currentLogin>>['credentials']

/** As podman: a login that is there is tried before anything is asked. */
async function isStillGood(place: LoginPlace, credentials: StoredCredentials, { stderr }: CommandIo): Promise<boolean> {
  try {
    await verifyLogin(place, credentials)
    return true
  } catch (error) {
    if (!(error instanceof TspodError && error.code === 'E_LOGIN_REFUSED')) throw error
    stderr.write('the login that is stored is not accepted any more\n')
    return false
  }
}

async function askCredentials(args: LoginArguments, known: string | undefined, { stderr }: CommandIo) {
  const username = args.username ?? (await askUsername(known))
  if (args.passwordStdin) {
    const { readStdin } = await import('../read-stdin.ts')
    return { username, password: (await readStdin(MAX_PASSWORD_BYTES)).replace(/\r?\n$/, '') }
  }
  if (args.password !== undefined) {
    stderr.write('warning: others on this machine can see a password on the command line: use --password-stdin\n')
    return { username, password: args.password }
  }
  const { askSecret } = await import('../prompt.ts')
  return { username, password: await askSecret('Password: ') }
}

async function askUsername(known: string | undefined): Promise<string> {
  const { askLine } = await import('../prompt.ts')
  const answer = (await askLine(known ? `Username (${known}): ` : 'Username: ')).trim() || known
  if (!answer) throw badArguments('login needs a user name', 'login')
  return answer
}
