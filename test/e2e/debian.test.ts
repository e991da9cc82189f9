import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { debianImage } from '../support/debian-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import { TSPOD, type Tspod, tspodOver } from '../support/tspod.ts'

/** One root for all tests of this file: the image is large. */
const directory = mkdtempSync(join(tmpdir(), 'tspod-debian-'))
const debian: Tspod = tspodOver(directory, { CONTAINERS_REGISTRIES_CONF: inject('registriesConf') })

beforeAll(async () => {
  await push(inject('registry'), 'library/debian', '12', await debianImage())
  expect(await debian('pull', '-q', 'debian:12')).toMatchObject({ exitCode: 0, stderr: '' })
})

afterAll(() => {
  const removed = runChild(TSPOD, ['unshare', 'rm', '-rf', directory])
  if (removed?.exitCode !== 0) throw new Error(`could not remove ${directory}: ${removed?.stderr}`)
})

test('the layers make one system, whose packages are whole', async () => {
  const { stdout } = await run(
    'cut -d. -f1 /etc/debian_version; ls -d /usr/share/doc; ls -A /usr/share/man; dpkg --verify',
  )
  const [version, ...differs] = stdout.trimEnd().split('\n')
  expect(version).toBe('12')
  // Nothing differs but what the image leaves out, on purpose.
  const isLeftOut = (line: string): boolean => /\/usr\/share\/(doc|man)(\/|$)/.test(line)
  expect(differs.filter(isLeftOut).length).toBeGreaterThan(100)
  expect(differs.filter((line) => !isLeftOut(line))).toEqual([])
})

test('python runs', async () => {
  expect(await run('python3 -c "import os; print(6 * 7, os.getuid(), len(os.listdir(\'/proc/self/fd\')))"')).toEqual({
    exitCode: 0,
    stdout: '42 0 4\n',
    stderr: '',
  })
})

test('nginx serves, with workers of another user', async () => {
  await using box = await debian.start('--network=none', 'debian:12', 'sleep', '1000')
  expect(await box.exec('nginx')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await box.exec('curl', '-sS', 'http://127.0.0.1/')).toEqual({
    exitCode: 0,
    stdout: 'a page of the image\n',
    stderr: '',
  })
  const owners = 'for p in /proc/[0-9]*; do test "$(cat $p/comm)" = nginx && stat -c %U $p; done | sort -u'
  expect((await box.exec('sh', '-c', owners)).stdout).toBe('root\nwww-data\n')
})

test('redis keeps what it is given, over a restart of its process', async () => {
  await using box = await debian.start('--network=none', 'debian:12', 'sleep', '1000')
  const start = 'redis-server --daemonize yes --dir /var/lib/redis > /dev/null'
  const ready = 'timeout 20 sh -c "until redis-cli ping 2>/dev/null; do sleep 0.05; done"'
  const as = (script: string) => box.exec('su', 'redis', '-s', '/bin/sh', '-c', script)
  expect(await as(`${start}; ${ready}`)).toMatchObject({ exitCode: 0, stdout: 'PONG\n' })
  expect(await box.exec('redis-cli', 'set', 'colour', 'green')).toMatchObject({ stdout: 'OK\n' })
  expect(await box.exec('redis-cli', 'shutdown', 'save')).toMatchObject({ exitCode: 0 })
  expect(await as(`${start}; ${ready}; redis-cli get colour`)).toMatchObject({ exitCode: 0, stdout: 'PONG\ngreen\n' })
})

test('apt-get installs from a repository, fetching as its own user', async () => {
  const script = `
    set -e
    mkdir -p /srv/repo /build/DEBIAN && cd /build
    printf 'Package: tiny\\nVersion: 1\\nArchitecture: all\\nMaintainer: a\\nDescription: b\\n' > DEBIAN/control
    printf '#!/bin/sh\\nuseradd --system tiny && install -o tiny -d /var/lib/tiny\\n' > DEBIAN/postinst
    chmod 755 DEBIAN/postinst
    dpkg-deb --build . /srv/repo/tiny.deb > /dev/null
    cd /srv/repo
    { dpkg-deb -f tiny.deb; echo Filename: ./tiny.deb; echo Size: $(stat -c %s tiny.deb)
      echo SHA256: $(sha256sum tiny.deb | cut -d' ' -f1); } > Packages
    rm -f /etc/apt/sources.list.d/*
    echo 'deb [trusted=yes] copy:/srv/repo ./' > /etc/apt/sources.list
    apt-get update -qq
    stat -c %U /var/lib/apt/lists/partial
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 tiny > /dev/null
    dpkg-query -W -f '\${Status}\\n' tiny
    stat -c %U /var/lib/tiny`
  const installed = await run(script)
  expect(installed.stderr).not.toMatch(/^[WE]:/m)
  expect(installed).toMatchObject({ exitCode: 0, stdout: '_apt\ninstall ok installed\ntiny\n' })
})

test('su becomes another user, who may not do what root may', async () => {
  const script = [
    'su nobody -s /bin/sh -c "id -u; touch /etc/x" 2>&1',
    'useradd -m bob && su - bob -c "pwd; id -un; touch mine" && stat -c %U /home/bob/mine',
  ].join('; ')
  expect((await run(script)).stdout.split('\n')).toEqual([
    '65534',
    expect.stringMatching(/Permission denied/),
    '/home/bob',
    'bob',
    'bob',
    '',
  ])
})

test('programs of a network find each other: through libc, and those that ask for names themselves', async () => {
  expect(await debian('network', 'create', 'net')).toMatchObject({ exitCode: 0 })
  await using redis = await member('redis', 'redis-server --protected-mode no')
  await using backend = await member(
    'backend',
    "sed -i 's/listen 80 /listen 8080 /' /etc/nginx/sites-enabled/default; nginx -g 'daemon off;'",
  )
  // nginx asks its resolver at each request, as the name is in a variable. Source: nginx.org, ngx_http_core_module, "resolver"
  const proxy = `server { listen 80 default_server; location / {
    resolver $(sed -n 's/^nameserver //p' /etc/resolv.conf) ipv6=off; set $up backend; proxy_pass http://$up:8080; } }`
  const configured = `cat > /etc/nginx/sites-enabled/default <<END\n${proxy.replaceAll('$up', '\\$up')}\nEND\n`
  await using web = await member('web', `${configured} nginx -g 'daemon off;'`)
  await using client = await member('client', 'sleep 1000')
  const asked = async (script: string): Promise<string> => {
    const { stdout, stderr } = await client.exec('timeout', '30', 'bash', '-c', script)
    return stdout + stderr
  }
  const answers = (what: string): string => `until out=$(${what} 2>/dev/null); do sleep 0.05; done; echo "$out"`
  expect(await asked(answers('redis-cli -h redis ping'))).toBe('PONG\n')
  expect(await asked(answers('curl -fsS http://web/'))).toBe('a page of the image\n')
  const address = await debian('inspect', '-f', '{{.NetworkSettings.Networks.net.IPAddress}}', redis.id)
  expect(await asked('dig +short redis')).toBe(address.stdout)
  expect(await asked('dig +tcp +short redis')).toBe(address.stdout)
  expect(await asked('nslookup redis')).toContain(`Address: ${address.stdout}`)
  expect(await asked(`dig +short -x ${address.stdout.trim()}`)).toBe('redis.\n')
  expect(await asked('python3 -c "import socket; print(socket.gethostbyname(\'redis\'))"')).toBe(address.stdout)
  // Where it is now, as soon as it is there again.
  await debian('network', 'disconnect', 'net', backend.id)
  await debian('network', 'connect', '--ip', '10.89.0.200', '--alias', 'backend', 'net', backend.id)
  expect(await asked('dig +short backend')).toBe('10.89.0.200\n')
  expect(web.id).not.toBe(backend.id)
})

async function member(name: string, script: string) {
  return await debian.start('--network=net', `--name=${name}`, 'debian:12', 'bash', '-c', script)
}

async function run(script: string) {
  return await debian('run', '--rm', '--network=none', 'debian:12', 'bash', '-c', script)
}
