import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { makeCertificates } from '../support/certificates.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { LOGIN, startRegistry, type TestRegistry } from '../support/registry.ts'
import { openTerminal } from '../support/terminal.ts'
import { IDENTITY_TOKEN, startTokenService } from '../support/token-service.ts'
import { type RunOptions, TSPOD } from '../support/tspod.ts'

const BASIC = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')
const STDIN = ['-u', LOGIN.username, '--password-stdin'] as const

interface LoginFixtures {
  /** wants a login */
  registry: TestRegistry
  authFile: string
  env: Record<string, string>
}

const test = base.extend<LoginFixtures>({
  registry: async ({ directory }, use) => {
    await using registry = await startRegistry(join(directory, 'registry'), { login: true })
    await use(registry)
  },
  authFile: async ({ directory }, use) => await use(join(directory, 'logins/auth.json')),
  env: async ({ directory, registry, authFile }, use) =>
    await use({ ...registriesEnv(directory, [registry.host]), REGISTRY_AUTH_FILE: authFile }),
})

test('a login is checked, stored for the owner alone, used, and forgotten', async ({
  tspod,
  registry,
  authFile,
  env,
}) => {
  const { host } = registry
  await tspod('pull', '-q', 'alpine')
  const push = () => tspod.with({ env }, 'push', '-q', 'alpine', `${host}/team/app`)
  const wrong = await tspod.with({ env, input: 'wrong\n' }, 'login', ...STDIN, host)
  expect(wrong).toMatchObject({
    exitCode: 125,
    stdout: '',
    stderr: expect.stringMatching(/^error: .*\[E_LOGIN_REFUSED\]\nhint: /),
  })
  expect(existsSync(authFile)).toBe(false)

  const login = await tspod.with({ env, input: `${LOGIN.password}\n` }, 'login', ...STDIN, host)
  expect(login).toEqual({ exitCode: 0, stdout: 'Login Succeeded!\n', stderr: '' })
  expect(statSync(authFile).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(authFile, 'utf8'))).toEqual({ auths: { [host]: { auth: BASIC } } })
  expect(await tspod.with({ env }, 'login', '--get-login', host)).toMatchObject({ stdout: `${LOGIN.username}\n` })
  expect(await push()).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  await tspod('rmi', 'alpine')
  expect(await tspod.with({ env }, 'pull', '-q', `${host}/team/app`)).toMatchObject({ exitCode: 0, stderr: '' })

  const logout = await tspod.with({ env }, 'logout', host)
  expect(logout).toEqual({ exitCode: 0, stdout: `Removed login credentials for ${host}\n`, stderr: '' })
  const refused = await tspod.with({ env }, 'pull', '-q', `${host}/team/other`)
  expect(refused.exitCode).toBe(125)
  expect(refused.stderr).toMatch(new RegExp(`\\[E_REGISTRY_AUTH\\]\nhint: run "tspod login ${host}"`))
  for (const argv of [['logout'], ['login', '--get-login']]) {
    const none = await tspod.with({ env }, ...argv, host)
    expect(none).toMatchObject({
      exitCode: 125,
      stderr: expect.stringMatching(/not logged into .*\[E_NOT_LOGGED_IN\]/),
    })
  }
})

test('--creds logs in for once, and stores nothing', async ({ tspod, registry, authFile, env }) => {
  await tspod('pull', '-q', 'alpine')
  const creds = `--creds=${LOGIN.username}:${LOGIN.password}`
  const name = `${registry.host}/team/once`
  expect(await tspod.with({ env }, 'push', '-q', creds, 'alpine', name)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod.with({ env }, 'run', '--rm', '-q', '--network=none', creds, name, 'echo', 'ran')).toMatchObject({
    stdout: 'ran\n',
  })
  expect(existsSync(authFile)).toBe(false)
})

test('a login that is given for a registry is not sent to a mirror of it', async ({ tspod, registry, directory }) => {
  await tspod('pull', '-q', 'alpine')
  const name = `${registry.host}/team/mirrored`
  const creds = `--creds=${LOGIN.username}:${LOGIN.password}`
  const heard: (string | undefined)[] = []
  await using mirror = await startFront(registry.host, {
    instead: ({ headers }) => {
      heard.push(headers.authorization)
      return false
    },
  })
  const env = registriesEnv(directory, [registry.host])
  await tspod.with({ env }, 'push', '-q', creds, 'alpine', name)
  const conf = join(directory, 'registries.conf')
  const entry = `[[registry.mirror]]\nlocation = "${mirror.host}"\ninsecure = true\n`
  writeFileSync(conf, readFileSync(conf, 'utf8') + entry)
  expect(await tspod.with({ env }, 'pull', '-q', creds, name)).toMatchObject({ exitCode: 0 })
  expect(new Set(heard)).toEqual(new Set([undefined]))
})

test('a logout asks no helper once it is done', async ({
  tspod,
  registry,
  env: { REGISTRY_AUTH_FILE: _, ...env },
  directory,
}) => {
  const config = join(directory, 'config')
  const unnamed = {
    ...env,
    REGISTRY_AUTH_FILE: '',
    DOCKER_CONFIG: config,
    HOME: directory,
    XDG_RUNTIME_DIR: join(directory, 'runtime'),
  }
  mkdirSync(config)
  mkdirSync(unnamed.XDG_RUNTIME_DIR, { mode: 0o700 })
  try {
    await tspod.with({ env: unnamed, input: LOGIN.password }, 'login', ...STDIN, registry.host)
    writeFileSync(join(config, 'config.json'), '{"credsStore":"none-of-this-name"}')
    expect(await tspod.with({ env: unnamed }, 'logout', registry.host)).toMatchObject({ exitCode: 0, stderr: '' })
  } finally {
    // the one that holds the namespace for this directory
    process.kill(Number.parseInt(readFileSync(join(unnamed.XDG_RUNTIME_DIR, 'tspod/holder'), 'utf8'), 10), 'SIGKILL')
  }
})

test('the prompt shows the name, and nothing of the password', async ({ tspod, registry, env, directory }) => {
  const argv = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, 'login', '-v', registry.host]
  await using terminal = openTerminal(argv, { env: { ...process.env, ...env }, cwd: directory })
  await terminal.shows('Username: ')
  terminal.type(`${LOGIN.username}\r`)
  await terminal.shows('Password: ')
  terminal.type(`wrong\x7f\x7f\x7f\x7f\x7f${LOGIN.password}\r`)
  await terminal.shows('Login Succeeded!')
  expect(await terminal.exitCode()).toBe(0)
  expect(terminal.text()).toContain(LOGIN.username)
  expect(terminal.text()).toContain(`Used: ${directory}/logins/auth.json`)
  expect(terminal.text()).not.toMatch(/S3cret|wrong/)
})

test('^C at the prompt ends the command, and the terminal is as it was', async ({
  tspod,
  registry,
  env,
  directory,
}) => {
  const argv = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, 'login', '-u', 'alice', registry.host]
  await using terminal = openTerminal(argv, { env: { ...process.env, ...env }, cwd: directory })
  await terminal.shows('Password: ')
  terminal.type('S3cr\x03')
  expect(await terminal.exitCode()).toBe(130)
  expect(await terminal.mode()).toBe('cooked')
  expect(terminal.text()).not.toContain('S3cr')
})

test('a login is kept in the runtime directory where nothing else is said', async ({
  tspod,
  registry,
  env,
  directory,
}) => {
  const runtime = join(directory, 'runtime')
  mkdirSync(runtime, { mode: 0o700 })
  const { REGISTRY_AUTH_FILE: _, ...rest } = env
  const options = { env: { ...rest, REGISTRY_AUTH_FILE: '', XDG_RUNTIME_DIR: runtime }, input: LOGIN.password }
  try {
    const login = await tspod.with(options, 'login', '-v', ...STDIN, registry.host)
    expect(login.stdout, login.stderr).toBe(`Used: ${runtime}/containers/auth.json\nLogin Succeeded!\n`)
  } finally {
    // the one that holds the namespace for this directory
    process.kill(Number.parseInt(readFileSync(join(runtime, 'tspod/holder'), 'utf8'), 10), 'SIGKILL')
  }
})

test('without a terminal there is nobody to ask', async ({ tspod, registry, env }) => {
  const result = await tspod.with({ env, input: `${LOGIN.username}\n` }, 'login', registry.host)
  expect(result).toMatchObject({
    exitCode: 125,
    stdout: '',
    stderr: expect.stringMatching(/\[E_NO_TERMINAL\]\nhint: .*--password-stdin/),
  })
  const [both] = [await tspod.with({ env }, 'login', ...STDIN, '-p', 'x', registry.host)]
  expect(both).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/do not go together/) })
})

test('a login that is stored is tried before anything is asked', async ({ tspod, registry, env }) => {
  const { host } = registry
  const withPassword = await tspod.with({ env }, 'login', '-u', LOGIN.username, '-p', LOGIN.password, host)
  expect(withPassword.stdout).toBe('Login Succeeded!\n')
  expect(withPassword.stderr).toMatch(/^warning: .*--password-stdin\n$/)
  expect(await tspod.with({ env }, 'login', host)).toEqual({
    exitCode: 0,
    stdout: `Existing credentials are valid. Already logged in to ${host}\n`,
    stderr: '',
  })
  // A password that is given is not passed over for the one that is stored.
  expect(await tspod.with({ env }, 'login', '-p', 'other', host)).toMatchObject({
    exitCode: 125,
    stdout: '',
    stderr: expect.stringContaining('E_NO_TERMINAL'),
  })
})

test('what else is in the file stays, and links to it', async ({ tspod, registry, env, authFile, directory }) => {
  const { host } = registry
  const real = join(directory, 'real.json')
  const before = { auths: { 'other.example:5000': { auth: 'eDp5' } }, HttpHeaders: { 'X-Meta': 'a' }, psFormat: 'b' }
  writeFileSync(real, JSON.stringify(before))
  mkdirSync(join(directory, 'logins'))
  symlinkSync(real, authFile)
  await tspod.with({ env, input: LOGIN.password }, 'login', ...STDIN, host)
  const read = () => JSON.parse(readFileSync(real, 'utf8'))
  expect(read()).toEqual({ ...before, auths: { ...before.auths, [host]: { auth: BASIC } } })
  await tspod.with({ env }, 'logout', host)
  expect(read()).toEqual(before)
  expect((await tspod.with({ env }, 'logout', '--all')).stdout).toBe('Removed login credentials for all registries\n')
  expect(read()).toEqual({ ...before, auths: {} })
})

test('two logins at once are both kept', async ({ tspod, registry, env, authFile }) => {
  const { host } = registry
  const keys = [host, `${host}/team`, `${host}/team/app`]
  const login = (key: string) => tspod.with({ env, input: LOGIN.password }, 'login', ...STDIN, key)
  await Promise.all(keys.map(login))
  expect(Object.keys(JSON.parse(readFileSync(authFile, 'utf8')).auths).sort()).toEqual(keys.sort())
})

test('the most specific login is the one used', async ({ tspod, registry, env, authFile, directory }) => {
  const { host } = registry
  await tspod('pull', '-q', 'alpine')
  mkdirSync(join(directory, 'logins'))
  const wrong = { auth: Buffer.from('bob:wrong').toString('base64') }
  writeFileSync(authFile, JSON.stringify({ auths: { [host]: wrong, [`${host}/team`]: { auth: BASIC } } }))
  const push = (name: string) => tspod.with({ env }, 'push', '-q', 'alpine', `${host}/${name}`)
  expect(await push('team/app')).toMatchObject({ exitCode: 0 })
  expect(await push('teams/app')).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/E_REGISTRY_AUTH/) })
})

test("docker's file is read where there is no other, and skopeo reads ours", async ({ tspod, registry, directory }) => {
  const { host } = registry
  const env = { ...registriesEnv(directory, [host]), DOCKER_CONFIG: join(directory, 'docker'), HOME: directory }
  await tspod('pull', '-q', 'alpine')
  const compat = join(directory, 'docker/config.json')
  const login = await tspod.with({ env, input: LOGIN.password }, 'login', '--compat-auth-file', compat, ...STDIN, host)
  expect(login.exitCode, login.stderr).toBe(0)
  expect(await tspod.with({ env }, 'push', '-q', 'alpine', `${host}/team/app`)).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  const inspect = ['inspect', '--tls-verify=false', `--authfile=${compat}`, `docker://${host}/team/app`]
  expect(runChild('skopeo', inspect)).toMatchObject({ exitCode: 0 })
  const skopeo = ['login', '--tls-verify=false', `--authfile=${directory}/skopeo.json`, ...STDIN, host]
  expect(runChild('skopeo', skopeo, { input: LOGIN.password })).toMatchObject({ exitCode: 0 })
  const authfile = `--authfile=${directory}/skopeo.json`
  expect(await tspod.with({ env }, 'login', '--get-login', authfile, host)).toMatchObject({ stdout: 'alice\n' })
})

// A helper as docker's are, which keeps the logins in a file and lists the command lines it can see.
const HELPER = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >> cmdlines
case $1 in
store) cat > store ;;
get) cat > asked; [ -f store ] || { echo "credentials not found in native keychain"; exit 1; }; cat store ;;
erase) rm -f store ;;
list) echo '{}' ;;
esac
`

test.for(['credHelpers', 'credsStore', 'credential-helpers'] as const)(
  'a credential helper named by %s keeps the login, which no process list shows',
  async (member, { tspod, registry, env, authFile, directory }) => {
    const { host } = registry
    const bin = join(directory, 'bin')
    mkdirSync(bin)
    mkdirSync(join(directory, 'logins'))
    writeFileSync(join(bin, 'docker-credential-test'), HELPER)
    chmodSync(join(bin, 'docker-credential-test'), 0o755)
    const members = { credHelpers: { [host]: 'test' }, credsStore: 'test' }
    if (member !== 'credential-helpers') writeFileSync(authFile, JSON.stringify({ [member]: members[member] }))
    else {
      const conf = env['CONTAINERS_REGISTRIES_CONF'] ?? ''
      writeFileSync(conf, `credential-helpers = ["test"]\n${readFileSync(conf, 'utf8')}`)
    }
    const options: RunOptions = { env: { ...env, PATH: `${bin}:${process.env['PATH']}` } }
    const debug = '--log-level=debug'
    await tspod('pull', '-q', 'alpine')
    const login = await tspod.with({ ...options, input: LOGIN.password }, debug, 'login', ...STDIN, host)
    expect(login).toEqual({ exitCode: 0, stdout: 'Login Succeeded!\n', stderr: '' })
    const store = JSON.parse(readFileSync(join(bin, 'store'), 'utf8'))
    expect(store).toEqual({ ServerURL: host, Username: LOGIN.username, Secret: LOGIN.password })
    if (existsSync(authFile)) expect(readFileSync(authFile, 'utf8')).not.toContain(BASIC)
    const pushed = await tspod.with(options, debug, 'push', 'alpine', `${host}/team/helped`)
    expect(pushed.exitCode, pushed.stderr).toBe(0)
    expect(readFileSync(join(bin, 'asked'), 'utf8')).toBe(host)
    expect(await tspod.with(options, 'logout', host)).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(bin, 'store'))).toBe(false)
    for (const text of [login.stderr, pushed.stderr, readFileSync(join(bin, 'cmdlines'), 'utf8')]) {
      expect(text).not.toContain(LOGIN.password)
      expect(text).not.toContain(BASIC)
    }
    expect(readFileSync(join(bin, 'cmdlines'), 'utf8')).toContain('push alpine')
  },
)

test('a credential helper that is missing or fails is named', async ({ tspod, registry, env, authFile, directory }) => {
  mkdirSync(join(directory, 'logins'))
  const pull = () => tspod.with({ env }, 'pull', '-q', `${registry.host}/team/app`)
  for (const [helper, words] of [
    ['not-there', 'docker-credential-not-there is not installed'],
    ['../evil', 'is not a credential helper'],
  ] as const) {
    writeFileSync(authFile, JSON.stringify({ credsStore: helper }))
    expect(await pull()).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_CREDENTIAL_HELPER\]/) })
    expect((await pull()).stderr).toContain(words)
  }
})

// biome-ignore format: a table
test.for([
  ['[',                                            'it is not JSON'],
  ['[1]',                                          'it is not an object'],
  ['{"auths":1}',                                  'auths is not an object'],
  ['{"auths":{"HOST":{"auth":"S3cret"}}}',         'is not user:password in base64'],
  ['{"auths":{"HOST":{"auth":7}}}',                'is not a string'],
  ['{"credsStore":{}}',                            'credsStore is not a string'],
] as const)('a file of logins that says %s is refused in one line', async ([text, words], { tspod, registry, env, authFile, directory }) => {
  mkdirSync(join(directory, 'logins'))
  writeFileSync(authFile, text.replace('HOST', registry.host))
  const { exitCode, stderr } = await tspod.with({ env }, 'pull', '-q', `${registry.host}/team/app`)
  expect(exitCode).toBe(125)
  expect(stderr).toMatch(/^error: .*auth\.json: .*\[E_BAD_AUTH_FILE\]\nhint: .*\n$/)
  expect(stderr).toContain(words)
  expect(stderr).not.toContain('S3cret')
})

test('a named file of logins that is missing is an error for a pull that needs it', async ({
  tspod,
  registry,
  env,
}) => {
  const name = `${registry.host}/team/app`
  const { exitCode, stderr } = await tspod.with({ env }, 'pull', '-q', '--authfile=/no/such/file', name)
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\/no\/such\/file.*\[E_NO_AUTH_FILE\]/),
  })
})

test('a registry with a token service: login, push with a mount, an identity token', async ({ tspod, directory }) => {
  const certificates = makeCertificates(directory)
  await using tokens = await startTokenService(certificates)
  await using registry = await startRegistry(join(directory, 'registry'), { tokens })
  const authFile = join(directory, 'auth.json')
  const env = { ...registriesEnv(directory, [registry.host]), REGISTRY_AUTH_FILE: authFile }
  const { host } = registry
  const wrong = await tspod.with({ env, input: 'wrong' }, 'login', ...STDIN, host)
  expect(wrong).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/E_LOGIN_REFUSED/) })
  const login = await tspod.with({ env, input: LOGIN.password }, 'login', ...STDIN, host)
  expect(login).toEqual({ exitCode: 0, stdout: 'Login Succeeded!\n', stderr: '' })
  expect(tokens.asked).toEqual(['GET', 'GET'])

  await tspod('pull', '-q', 'alpine')
  tokens.asked.length = 0
  expect(await tspod.with({ env }, 'push', '-q', 'alpine', `${host}/team/app`)).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  expect(await tspod.with({ env }, 'push', '-q', 'alpine', `${host}/team/two`)).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  const [app, two] = ['app', 'two'].map((name) => `repository:team/${name}:pull,push`)
  expect(tokens.asked).toEqual([`GET ${app}`, `GET ${two}`, `GET ${two} repository:team/app:pull`])

  writeFileSync(
    authFile,
    JSON.stringify({ auths: { [host]: { auth: 'PHRva2VuPjo=', identitytoken: IDENTITY_TOKEN } } }),
  )
  tokens.asked.length = 0
  expect(await tspod.with({ env }, 'pull', '-q', `${host}/team/two`)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(tokens.asked).toEqual(['POST repository:team/two:pull'])
})

test('a token that is refused half-way is renewed', async ({ tspod, directory }) => {
  const certificates = makeCertificates(directory)
  await using tokens = await startTokenService(certificates)
  await using registry = await startRegistry(join(directory, 'registry'), { tokens })
  let refusals = 0
  await using front = await startFront(registry.host, {
    instead: ({ method, url }, response) => {
      if (method !== 'PUT' || !url?.includes('/blobs/uploads/') || refusals > 0) return false
      refusals++
      const challenge = `Bearer realm="${tokens.realm}",service="${tokens.service}",error="invalid_token"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
      return true
    },
  })
  const env = registriesEnv(directory, [front.host])
  await tspod('pull', '-q', 'alpine')
  const creds = `--creds=${LOGIN.username}:${LOGIN.password}`
  const pushed = await tspod.with({ env }, 'push', '-q', creds, 'alpine', `${front.host}/team/renewed`)
  expect(pushed).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(refusals).toBe(1)
  expect(tokens.asked).toHaveLength(2)
})

test('a private authority is known by certs.d, --cert-dir, $SSL_CERT_FILE and $SSL_CERT_DIR', async ({
  tspod,
  directory,
}) => {
  const { authority, server } = makeCertificates(directory)
  await using registry = await startRegistry(join(directory, 'registry'), { tls: server })
  const { host } = registry
  const env = { ...registriesEnv(directory, []), XDG_CONFIG_HOME: join(directory, 'config') }
  await tspod('pull', '-q', 'alpine')
  const push = (more: Record<string, string> = {}, ...flags: string[]) =>
    tspod.with({ env: { ...env, ...more } }, 'push', '-q', ...flags, 'alpine', `${host}/team/tls`)
  const done = { exitCode: 0, stderr: '' }

  const unknown = await push()
  expect(unknown).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/signed by nobody known.*\[E_REGISTRY_UNREACHABLE\]/),
  })
  expect(unknown.stderr).toContain(`certs.d/${host} as ca.crt`)
  expect(await push({ SSL_CERT_FILE: authority })).toMatchObject(done)
  const only = join(directory, 'only')
  mkdirSync(only)
  writeFileSync(join(only, 'ca.crt'), readFileSync(authority))
  expect(await push({ SSL_CERT_DIR: `/no/such:${only}` })).toMatchObject(done)
  expect(await push({}, `--cert-dir=${only}`)).toMatchObject(done)
  expect(await push({}, '--tls-verify=false')).toMatchObject(done)
  expect(await push({}, `--cert-dir=${join(directory, 'registry')}`)).toMatchObject({ exitCode: 125 })

  const certsD = join(directory, 'config/containers/certs.d')
  for (const name of ['127.0.0.1', host]) {
    mkdirSync(join(certsD, name), { recursive: true })
    writeFileSync(join(certsD, name, 'ca.crt'), readFileSync(authority))
    expect(await push()).toMatchObject(name === host ? done : { exitCode: 125, stderr: unknown.stderr })
  }
  expect(
    await tspod.with(
      { env, input: 'x' },
      'login',
      '-u',
      'a',
      '--password-stdin',
      `--cert-dir=${only}`,
      `--authfile=${directory}/a.json`,
      host,
    ),
  ).toMatchObject({ stdout: 'Login Succeeded!\n' })
  writeFileSync(join(certsD, host, 'ca.crt'), 'not a certificate')
  const bad = await push()
  expect(bad).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_BAD_CERTIFICATES\]/) })
  expect(bad.stderr).toContain(join(certsD, host, 'ca.crt'))
})

test('a registry that wants a client certificate gets the one of certs.d', async ({ tspod, directory }) => {
  const { authority, server, client } = makeCertificates(directory)
  const tls = { ...server, clients: authority }
  await using registry = await startRegistry(join(directory, 'registry'), { tls })
  const { host } = registry
  const env = { ...registriesEnv(directory, []), XDG_CONFIG_HOME: join(directory, 'config') }
  const own = join(directory, 'config/containers/certs.d', host)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'ca.crt'), readFileSync(authority))
  await tspod('pull', '-q', 'alpine')
  const push = () => tspod.with({ env }, 'push', '-q', '--retry=0', 'alpine', `${host}/team/client`)
  expect(await push()).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_REGISTRY_UNREACHABLE\]/) })
  writeFileSync(join(own, 'client.cert'), readFileSync(client.certificate))
  const alone = await push()
  expect(alone).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/client\.key is not.*\[E_BAD_CERTIFICATES\]/),
  })
  expect(alone.stderr).toContain(own)
  writeFileSync(join(own, 'client.key'), readFileSync(client.key))
  expect(await push()).toMatchObject({ exitCode: 0, stderr: '' })
})

base('a registry that wants no login accepts any', async ({ tspod, directory }) => {
  const env = { ...registriesEnv(directory, [inject('registry')]), REGISTRY_AUTH_FILE: join(directory, 'auth.json') }
  const login = await tspod.with({ env, input: 'x' }, 'login', '-u', 'anybody', '--password-stdin')
  expect(login).toEqual({ exitCode: 0, stdout: 'Login Succeeded!\n', stderr: '' })
  const docker = { ...env, TSPOD_COMPAT: 'docker' }
  expect(await tspod.with({ env: docker }, 'logout', inject('registry'))).toMatchObject({
    stdout: `Removing login credentials for ${inject('registry')}\n`,
  })
})
