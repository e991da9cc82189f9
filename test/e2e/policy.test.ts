import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { push, pushIndex } from '../support/registry.ts'
import {
  attachByHand,
  type Demand,
  type HandMade,
  type Keys,
  makeKeys,
  payloadOf,
  sealedKeys,
  writePolicy,
} from '../support/signing.ts'
import { type BuiltImage, imageOf, tarOf } from '../support/tar-image.ts'
import type { Result, Tspod } from '../support/tspod.ts'

const REGISTRY = inject('registry')
const OCI = 'application/vnd.oci.image.manifest.v1+json'
const ANYTHING = { type: 'insecureAcceptAnything' } as const

test.for([
  ['ECDSA P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['ECDSA P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['Ed25519', ['-algorithm', 'ed25519']],
  ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
] as const)(
  'an image that is signed with %s is pulled where that is demanded, and refused where another key is',
  async ([kind, algorithm], { tspod, directory }) => {
    const keys = makeKeys(directory, 'own', algorithm)
    const { name, image } = await signed(tspod, `policy/${kind.toLowerCase().replace(' ', '-')}`, keys)
    const policy = writePolicy(directory, { [`${REGISTRY}/policy`]: [sigstore(keys)] })
    const { stderr } = await ok(pullUnder(tspod, policy, '--verify', name))
    const decided = `${policy}:10 (docker "${REGISTRY}/policy")`
    expect(stderr).toBe(
      `${name}: signed by ${keys.publicKey} as ${name} (${image.manifest.digest}), as ${decided} demands\n`,
    )
    await ok(tspod('rmi', name))
    const other = makeKeys(directory, 'other', algorithm)
    const refusing = writePolicy(directory, { [REGISTRY]: [sigstore(other)] })
    await expectRefused(tspod, pullUnder(tspod, refusing, name), /: its signature is of another key \[E_NOT_SIGNED\]/)
  },
)

test('what is not signed as demanded is refused in one line, before anything of it is fetched', async ({
  tspod,
  directory,
}) => {
  const keys = makeKeys(directory, 'own')
  const { name, image } = await signed(tspod, 'policy/refused', keys)
  await using front = await startFront(REGISTRY)
  const behind = (path: string): string => `${front.host}/policy/${path}`
  const refused = async (demands: Demand | readonly Demand[], line: RegExp, tried = behind('refused:v1')) => {
    front.requests.length = 0
    const policy = writePolicy(directory, { [front.host]: [demands].flat() })
    await expectRefused(tspod, pullUnder(tspod, policy, tried), line)
    for (const { digest } of [image.config, ...image.layers]) expect(front.downloads()).not.toHaveProperty([digest])
    return front.requests
  }
  // It was signed under the name that it has on the registry itself.
  await refused(sigstore(keys), /it is signed as 127\.0\.0\.1:\d+\/policy\/refused:v1, which matchRepoDigestOrExact /)
  const asOurs = { signedIdentity: { type: 'exactReference', dockerReference: name } }
  const demand = sigstore(keys, asOurs)
  const unsigned = await published('policy/unsigned')
  await refused(demand, /policy\.json:\d+ \(docker "127[^"]+"\) demands: it has no signature /, behind('unsigned'))

  const { digest } = unsigned.manifest
  const attached = async (made: Partial<HandMade>, line: RegExp) => {
    await attachByHand(REGISTRY, 'policy/unsigned', { digest, name, privateKey: keys.privateKey, ...made })
    await refused(demand, line, behind('unsigned'))
  }
  const ofAnother = payloadOf(image.manifest.digest, name)
  await attached({ payload: ofAnother }, /its signature is that of another image, sha256:/)
  await attached({ payload: ofAnother, tamper: () => payloadOf(digest, name) }, /its signature is of another key /)
  await attached({ name: `${name}0` }, /it is signed as [^ ]+refused:v10, which exactReference does not allow/)
  await attached({ name: name.replace(/:v1$/, '') }, /it is signed as [^ ]+refused, which exactReference /)
  await attached(
    { payload: payloadOf(digest, name, { type: 'atomic container signature' }) },
    /it is a "atomic container/,
  )
  await attached({ payload: payloadOf(digest, name, { also: 1 }) }, /what is signed is not valid: critical has "also"/)
  await attached({ payload: 'nothing' }, /what is signed is not valid: not JSON: /)

  await refused([demand, sigstore(makeKeys(directory, 'second'))], /its signature is of another key /)
  await refused(sigstore(keys, { keyPath: '/no/such.pub' }), / there is no key \/no\/such\.pub \[E_BAD_POLICY\]/)
  await refused(sigstore(keys, { keyPath: keys.privateKey }), /own\.key is not a public key in PEM/)
})

test('what the policy alone refuses is refused before anybody is asked', async ({ tspod, directory }) => {
  await using front = await startFront(REGISTRY)
  const refused = async (demands: unknown, line: RegExp, more = {}) => {
    const policy = writePolicy(directory, { [front.host]: demands as Demand[], ...more })
    await expectRefused(tspod, pullUnder(tspod, policy, `${front.host}/policy/none`), line)
    const run = { env: { CONTAINERS_POLICY_JSON: policy } }
    const argv = ['run', '--rm', '-q', '--tls-verify=false', `${front.host}/policy/none`, 'true']
    await expectRefused(tspod, tspod.with(run, ...argv), line)
    expect(front.requests).toEqual([])
  }
  await refused([{ type: 'reject' }], /is rejected by [^ ]+policy\.json:\d+ \(docker "127[^"]+"\) \[E_POLICY_REJECT\]/)
  await refused([ANYTHING, { type: 'reject' }], /\[E_POLICY_REJECT\]/)
  const gpg = { type: 'signedBy', keyType: 'GPGKeys', keyPath: '/etc/keys' }
  await refused([gpg], /demands a signature by GPG \("signedBy"\), which tspod does not support/)
  const fulcio = { type: 'sigstoreSigned', fulcio: { caPath: '/ca' }, rekorPublicKeyPath: '/rekor' }
  await refused([fulcio], /demands "fulcio" of sigstoreSigned, which tspod does not support/)
  const unknown = { ...ANYTHING, really: true }
  await refused(
    [unknown],
    /policy\.json:\d+: insecureAcceptAnything has "really", which means nothing there \[E_BAD_POLICY\]/,
  )
  await refused([], /policy\.json:\d+: the list of requirements of docker "[^"]+" is an empty list/)
  await refused([ANYTHING], /policy\.json:\d+: there is no type of requirement "maybe"/, { x: [{ type: 'maybe' }] })
  const policy = join(directory, 'no/such.json')
  await expectRefused(tspod, pullUnder(tspod, policy, `${front.host}/policy/none`), /no\/such\.json: no such file/)
})

test('signedIdentity says under which name an image must be signed', async ({ tspod, directory }) => {
  const keys = makeKeys(directory, 'own')
  const { name, image } = await signed(tspod, 'policy/identity', keys)
  await using front = await startFront(REGISTRY)
  const repository = `${REGISTRY}/policy/identity`
  const digest = `${repository}@${image.manifest.digest}`
  // biome-ignore format: a table
  const cases = [
    // pulled as                                signedIdentity                                                           works
    [name,                                     { type: 'matchExact' },                                                   true],
    [digest,                                   { type: 'matchExact' },                                                   false],
    [digest,                                   { type: 'matchRepoDigestOrExact' },                                       true],
    [`${repository}:base`,                     { type: 'matchRepoDigestOrExact' },                                       false],
    [`${repository}:base`,                     { type: 'matchRepository' },                                              true],
    [`${front.host}/policy/identity:base`,     { type: 'matchRepository' },                                              false],
    [`${front.host}/policy/identity:base`,     { type: 'exactReference', dockerReference: name },                        true],
    [`${front.host}/policy/identity:base`,     { type: 'exactRepository', dockerRepository: repository },                true],
    [`${front.host}/policy/identity:v1`,       { type: 'remapIdentity', prefix: front.host, signedPrefix: REGISTRY },    true],
    [`${front.host}/policy/identity:base`,     { type: 'remapIdentity', prefix: front.host, signedPrefix: REGISTRY },    false],
  ] as const
  for (const [pulled, signedIdentity, works] of cases) {
    const policy = writePolicy(directory, { '': [sigstore(keys, { signedIdentity })] })
    const { exitCode } = await pullUnder(tspod, policy, pulled)
    expect(exitCode === 0, `${pulled} ${JSON.stringify(signedIdentity)}`).toBe(works)
  }
})

test('a manifest list is signed with its images, and the signature of the list counts for them', async ({
  tspod,
  directory,
}) => {
  const keys = makeKeys(directory, 'own')
  const own = imageOf([await tarOf([{ name: 'own' }])])
  const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch }
  await pushIndex(REGISTRY, { repository: 'policy/list', tag: 'base' }, [{ image: own, platform }])
  const [base, name] = [`${REGISTRY}/policy/list:base`, `${REGISTRY}/policy/list:v1`]
  await ok(tspod('manifest', 'create', '--tls-verify=false', 'list', `docker://${base}`))
  const sign = ['--sign-by-sigstore-private-key', keys.privateKey]
  await ok(tspod('manifest', 'push', '-q', '--tls-verify=false', ...sign, 'list', `docker://${name}`))
  await ok(tspod('manifest', 'rm', 'list'))
  const policy = writePolicy(directory, { [REGISTRY]: [sigstore(keys)] })
  const pulled = await ok(pullUnder(tspod, policy, '--verify', name))
  expect(pulled.stderr).toContain(`(${own.manifest.digest}), as`)
  await ok(tspod('rmi', name))

  // Without a signature of its own, as what "cosign sign" does without --recursive.
  const theirs = await pushIndex(REGISTRY, { repository: 'policy/cosign', tag: 'v1' }, [{ image: own, platform }])
  const cosigned = `${REGISTRY}/policy/cosign:v1`
  const made = { digest: theirs.digest, name: cosigned, privateKey: keys.privateKey }
  await attachByHand(REGISTRY, 'policy/cosign', made)
  expect((await ok(pullUnder(tspod, policy, '--verify', cosigned))).stderr).toContain(`(${theirs.digest}), as`)
  await ok(tspod('rmi', cosigned))
  const alone = `${REGISTRY}/policy/cosign@${own.manifest.digest}`
  await expectRefused(tspod, pullUnder(tspod, policy, alone), /it has no signature/)
})

test('an image that is here is not taken for admitted when it is pulled again', async ({ tspod, directory }) => {
  const { manifest } = await published('policy/again')
  const name = `${REGISTRY}/policy/again:latest`
  const anything = writePolicy(directory, { [REGISTRY]: [ANYTHING] })
  const first = await ok(pullUnder(tspod, anything, '--verify', name))
  expect(first.stderr).toBe(`${name}: not verified, ${anything}:9 (docker "${REGISTRY}") accepts anything\n`)
  const keys = makeKeys(directory, 'own')
  const strict = writePolicy(directory, { [REGISTRY]: [sigstore(keys)] })
  expect(await pullUnder(tspod, strict, name)).toMatchObject({ exitCode: 125, stdout: '', stderr: /E_NOT_SIGNED/ })
  await attachByHand(REGISTRY, 'policy/again', { digest: manifest.digest, name, privateKey: keys.privateKey })
  await ok(pullUnder(tspod, strict, name))
})

test('copy and load go by the policy of the place that they read', async ({ tspod, directory }) => {
  const keys = makeKeys(directory, 'own')
  const { name } = await signed(tspod, 'policy/places', keys)
  const path = (file: string): string => join(directory, file)
  const under = (policy: string, ...argv: string[]) => tspod.with({ env: { CONTAINERS_POLICY_JSON: policy } }, ...argv)
  const docker = { [REGISTRY]: [sigstore(keys)] }
  const copy = (from: string, to: string, policy: string) =>
    under(policy, 'copy', '-q', '--src-tls-verify=false', `docker://${from}`, to)
  const unsigned = `${REGISTRY}/policy/elsewhere:latest`
  await published('policy/elsewhere')
  await expectRefused(
    tspod,
    copy(unsigned, `oci:${path('none')}:x`, writePolicy(directory, docker)),
    /has no signature/,
  )
  expect(existsSync(path('none'))).toBe(false)
  await ok(copy(name, `oci:${path('layout')}:x`, writePolicy(directory, docker)))
  await ok(copy(name, `oci-archive:${path('oci.tar')}:x`, writePolicy(directory, docker)))
  await ok(copy(name, `docker-archive:${path('docker.tar')}:x`, writePolicy(directory, docker)))
  await ok(copy(name, `dir:${path('dir')}`, writePolicy(directory, docker)))

  const sources = [
    ['oci', 'layout', `oci:${path('layout')}:x`],
    ['oci-archive', 'oci.tar', `oci-archive:${path('oci.tar')}`],
    ['docker-archive', 'docker.tar', `docker-archive:${path('docker.tar')}`],
    ['dir', 'dir', `dir:${path('dir')}`],
  ] as const
  for (const [transport, file, location] of sources) {
    const scope = transport === 'docker-archive' ? '' : path(file)
    const strict = writePolicy(directory, {}, { [transport]: { [scope]: [sigstore(keys)] } })
    const commands = [
      ['load', '-q', '-i', path(file)],
      ['pull', '-q', location],
      ['copy', '-q', location, `dir:${path('x')}`],
    ]
    for (const argv of commands)
      await expectRefused(tspod, under(strict, ...argv), /it has no signature \[E_NOT_SIGNED\]/)
    const rejecting = writePolicy(directory, {}, { [transport]: { '': [{ type: 'reject' }] } })
    for (const argv of commands) await expectRefused(tspod, under(rejecting, ...argv), /\[E_POLICY_REJECT\]/)
    const allowing = writePolicy(directory, {}, { [transport]: { [scope]: [ANYTHING] } })
    for (const argv of commands) await ok(under(allowing, ...argv))
    await ok(tspod('rmi', '-a', '-f'))
  }
})

// Debian's skopeo and podman are built without sigstore: openssl is the one to judge.
test('a signature lies where cosign has it, and openssl finds it right', async ({ tspod, directory }) => {
  const keys = sealedKeys(directory)
  const { name, image } = await signed(tspod, 'policy/layout', keys, ['--sign-passphrase-file', keys.passphraseFile])
  const url = `http://${REGISTRY}/v2/policy/layout`
  const tag = `${image.manifest.digest.replace(':', '-')}.sig`
  const manifest = JSON.parse(await (await fetch(`${url}/manifests/${tag}`, { headers: { accept: OCI } })).text())
  expect(manifest).toMatchObject({
    schemaVersion: 2,
    mediaType: OCI,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [{ mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
  })
  const payload = Buffer.from(await (await fetch(`${url}/blobs/${manifest.layers[0].digest}`)).arrayBuffer())
  expect(JSON.parse(payload.toString())).toEqual({
    critical: {
      identity: { 'docker-reference': name },
      image: { 'docker-manifest-digest': image.manifest.digest },
      type: 'cosign container image signature',
    },
    optional: { creator: expect.stringMatching(/^tspod/), timestamp: expect.any(Number) },
  })
  const path = (file: string): string => join(directory, file)
  writeFileSync(path('payload'), payload)
  writeFileSync(
    path('sig'),
    Buffer.from(manifest.layers[0].annotations['dev.cosignproject.cosign/signature'], 'base64'),
  )
  const judged = runChild('openssl', [
    ...['dgst', '-sha256', '-verify', keys.publicKey, '-signature', path('sig'), path('payload')],
  ])
  expect(judged).toMatchObject({ exitCode: 0, stdout: 'Verified OK\n' })
  const copied = runChild('skopeo', [
    'copy',
    '-q',
    '--src-tls-verify=false',
    `docker://${REGISTRY}/policy/layout:${tag}`,
    `dir:${path('skopeo')}`,
  ])
  expect(copied?.exitCode, copied?.stderr).toBe(0)
  await ok(pullUnder(tspod, writePolicy(directory, { [REGISTRY]: [sigstore(keys)] }), name))
})

test('skopeo decides the same by the same policy', async ({ tspod, directory }) => {
  await published('policy/same', 'v1')
  const reject = [{ type: 'reject' }]
  const port = REGISTRY.split(':')[1]
  const repository = `${REGISTRY}/policy/same`
  // biome-ignore format: a table
  const policies = [
    { default: [ANYTHING] },
    { default: reject },
    { default: [ANYTHING, ...reject] },
    { default: reject, transports: { docker: { '': [ANYTHING] } } },
    { default: reject, transports: { docker: { [REGISTRY]: [ANYTHING] } } },
    { default: reject, transports: { docker: { '127.0.0.1': [ANYTHING] } } },
    { default: reject, transports: { docker: { '*.1': [ANYTHING] } } },
    { default: reject, transports: { docker: { '*.0.0.1': [ANYTHING], '*.0.1': reject } } },
    { default: reject, transports: { docker: { [`*.1:${port}`]: [ANYTHING] } } },
    { default: reject, transports: { docker: { [`${REGISTRY}/pol`]: [ANYTHING] } } },
    { default: reject, transports: { docker: { [`${REGISTRY}/policy`]: [ANYTHING], [REGISTRY]: reject } } },
    { default: reject, transports: { docker: { [repository]: [ANYTHING] } } },
    { default: [ANYTHING], transports: { docker: { [`${repository}:v1`]: reject, [repository]: [ANYTHING] } } },
    { default: [ANYTHING], transports: { docker: { [`${repository}:v2`]: reject } } },
    { default: [ANYTHING], transports: { dir: { '': reject }, atomic: { 'x.example': reject } } },
    { default: [ANYTHING], transports: { oci: { relative: reject } } },
    { default: [ANYTHING], transports: { dir: { '/': reject } } },
    { default: [ANYTHING], transports: { dir: { '/a/../b': reject } } },
    { default: [ANYTHING], transports: { 'docker-archive': { '/a': reject } } },
    { default: [ANYTHING], transports: { docker: { x: [] } } },
    { default: [ANYTHING], more: 1 },
    { default: [{ ...ANYTHING, more: 1 }] },
    { default: [{ type: 'none' }] },
    { default: [{ type: 'sigstoreSigned' }] },
    { default: [ANYTHING], transports: { docker: { x: [{ type: 'sigstoreSigned', keyPath: '/a', keyData: 'YQ==' }] } } },
    { default: [ANYTHING], transports: { docker: { x: [{ type: 'sigstoreSigned', keyPath: '/a', signedIdentity: { type: 'exactReference', dockerReference: 'a' } }] } } },
    { default: [ANYTHING], transports: { docker: { x: [{ type: 'sigstoreSigned', keyPath: '/a', signedIdentity: { type: 'exactRepository', dockerRepository: 'a' } }] } } },
    { default: [ANYTHING], transports: { docker: { x: [{ type: 'sigstoreSigned', keyPath: '/a', signedIdentity: { type: 'remapIdentity', prefix: 'a.b' } }] } } },
    { transports: {} },
  ]
  const policy = join(directory, 'policy.json')
  const texts = [...policies.map((one) => JSON.stringify(one)), '{"default":[],"default":[]}', '{', '']
  for (const text of texts) {
    writeFileSync(policy, text)
    const argv = ['--policy', policy, 'copy', '-q', '--src-tls-verify=false', `docker://${repository}:v1`]
    const theirs = runChild('skopeo', [...argv, `dir:${directory}/dir`])
    const ours = await pullUnder(tspod, policy, `${repository}:v1`)
    expect(ours.exitCode === 0, `${text}: skopeo ${theirs?.stderr}, we ${ours.stderr}`).toBe(theirs?.exitCode === 0)
  }
})

test('signatures are added to those there are; what cannot sign says so before anything is sent', async ({
  tspod,
  directory,
}) => {
  const [first, second] = [makeKeys(directory, 'first'), makeKeys(directory, 'second')]
  const { name } = await signed(tspod, 'policy/several', first)
  await ok(tspod('pull', '-q', '--tls-verify=false', name))
  await using front = await startFront(REGISTRY)
  const sign = (to: string, ...flags: string[]) => tspod('push', '-q', '--tls-verify=false', ...flags, name, to)
  await ok(sign(name, '--sign-by-sigstore-private-key', second.privateKey))
  const both = writePolicy(directory, { [REGISTRY]: [sigstore(first), sigstore(second)] })
  const { stderr } = await ok(pullUnder(tspod, both, '--verify', name))
  expect(stderr.split('\n').map((line) => / signed by ([^ ]+) /.exec(line)?.[1])).toEqual([
    first.publicKey,
    second.publicKey,
    undefined,
  ])

  const sealed = sealedKeys(directory)
  writeFileSync(join(directory, 'wrong'), 'wrong horse')
  const byKey = (key: string, ...flags: string[]) => ['--sign-by-sigstore-private-key', key, ...flags]
  // biome-ignore format: a table
  const cases = [
    [byKey('/no/such.key'),                                                    /cannot sign with \/no\/such\.key: no such file \[E_BAD_KEY\]/],
    [byKey(first.publicKey),                                                   /first\.pub: it is no private key in PEM \[E_BAD_KEY\]/],
    [byKey(sealed.privateKey, '--sign-passphrase-file', join(directory, 'wrong')), /the passphrase does not open [^ ]+sealed\.key \[E_BAD_PASSPHRASE\]/],
    [byKey(sealed.privateKey),                                                 /is encrypted, and there is no passphrase \[E_NO_PASSPHRASE\]/],
    [['--sign-by', 'ABCD'],                                                    /--sign-by: tspod does not sign with GPG \[E_UNSUPPORTED\]/],
  ] as const
  for (const [flags, line] of cases) {
    const failed = await sign(`${front.host}/policy/nothing:v1`, ...flags)
    expect(failed).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringMatching(line) })
    expect(failed.stderr).toMatch(/^error: [^\n]+\n(hint: [^\n]+\n)?$/)
  }
  expect(front.requests).toEqual([])
  const elsewhere = await tspod('push', '-q', ...byKey(first.privateKey), name, `dir:${directory}/x`)
  expect(elsewhere).toMatchObject({ exitCode: 125, stderr: /signatures only beside images on a registry/ })
})

test('image trust changes the policy, and shows it with what decides', async ({ tspod, directory }) => {
  const keys = makeKeys(directory, 'own')
  const home = join(directory, 'config')
  const env = { XDG_CONFIG_HOME: home }
  const trust = (...argv: string[]) => tspod.with({ env }, 'image', 'trust', ...argv)
  await ok(trust('set', '-t', 'reject', 'default'))
  await ok(trust('set', '-f', keys.publicKey, REGISTRY))
  await ok(trust('set', '--type=accept', `${REGISTRY}/policy/free`))
  const file = join(home, 'containers/policy.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    default: [{ type: 'reject' }],
    transports: {
      docker: {
        [REGISTRY]: [{ type: 'sigstoreSigned', keyPath: keys.publicKey }],
        [`${REGISTRY}/policy/free`]: [{ type: 'insecureAcceptAnything' }],
      },
    },
  })
  const shown = JSON.parse((await ok(trust('show', '--json'))).stdout)
  expect(shown).toEqual([
    { transport: 'all', name: '* (default)', repo_name: 'default', type: 'reject', origin: `${file}:2 (default)` },
    {
      transport: 'repository',
      name: REGISTRY,
      repo_name: REGISTRY,
      keys: [keys.publicKey],
      type: 'sigstoreSigned',
      gpg_id: 'N/A',
      origin: expect.stringContaining(`${file}:9 `),
    },
    expect.objectContaining({ name: `${REGISTRY}/policy/free`, type: 'accept' }),
  ])
  const table = (await ok(trust('show'))).stdout.split('\n')
  expect(table[0]).toMatch(/^TRANSPORT +NAME +TYPE +ID +DECIDED BY$/)
  expect(table[1]).toMatch(/^all +default +reject +/)
  expect((await ok(trust('show', '-n', `${REGISTRY}/policy/free/x`))).stdout).toMatch(
    /^repository +[^ ]+\/policy\/free +accept [^\n]+\n$/,
  )
  expect((await ok(trust('show', '--raw'))).stdout).toBe(readFileSync(file, 'utf8'))

  await published('policy/free')
  await published('policy/other')
  const pull = (name: string) => tspod.with({ env }, 'pull', '-q', '--tls-verify=false', `${REGISTRY}/policy/${name}`)
  await expectRefused(tspod, pull('other'), /it has no signature/)
  await ok(pull('free'))
  for (const argv of [
    ['-f', join(directory, 'none'), REGISTRY],
    ['-t', 'maybe', REGISTRY],
    ['-t', 'reject', 'alpine'],
  ]) {
    expect(await trust('set', ...argv)).toMatchObject({ exitCode: 125, stderr: /^error: [^\n]+\n(hint: [^\n]+\n)?$/ })
  }
})

/** An image on the registry: `base` by hand, and signed by us as `v1`. Nothing of it is in storage. */
async function signed(tspod: Tspod, repository: string, keys: Keys, flags: readonly string[] = []) {
  const image = await published(repository, 'base')
  const [base, name] = [`${REGISTRY}/${repository}:base`, `${REGISTRY}/${repository}:v1`]
  await ok(tspod('pull', '-q', '--tls-verify=false', base))
  const sign = ['--sign-by-sigstore-private-key', keys.privateKey, ...flags]
  await ok(tspod('push', '-q', '--tls-verify=false', ...sign, base, name))
  await ok(tspod('rmi', base))
  return { name, image }
}

async function published(repository: string, tag = 'latest'): Promise<BuiltImage> {
  const image = imageOf([await tarOf([{ name: repository }])])
  await push(REGISTRY, repository, tag, image)
  return image
}

async function ok(running: Promise<Result>): Promise<Result> {
  const result = await running
  expect(result.exitCode, result.stderr).toBe(0)
  return result
}

function sigstore(keys: Keys, more: Demand = {}): Demand {
  return { type: 'sigstoreSigned', keyPath: keys.publicKey, ...more }
}

function pullUnder(tspod: Tspod, policy: string, ...argv: string[]): Promise<Result> {
  return tspod.with({ env: { CONTAINERS_POLICY_JSON: policy } }, 'pull', '-q', '--tls-verify=false', ...argv)
}

/** One line, 125, and nothing of the image here. */
async function expectRefused(tspod: Tspod, running: Promise<Result>, line: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await running
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 125, stdout: '' })
  expect(stderr).toMatch(/^error: [^\n]+ \[E_[A-Z_]+\]\n(hint: [^\n]+\n)?$/)
  expect(stderr).toMatch(line)
  expect(await tspod('images', '-aq')).toMatchObject({ exitCode: 0, stdout: '' })
  expect(readdirSync(join(tspod.root, 'blobs/sha256'))).toEqual([])
}
