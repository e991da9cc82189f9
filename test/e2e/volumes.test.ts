import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { startChild } from '../../base/child.ts'
import { listTar } from '../support/archives.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import type { TarEntry } from '../support/tar-image.ts'
import type { Tspod } from '../support/tspod.ts'

/** What an image has where a volume will be: owners, modes, links of both kinds, a link that leads out. */
const FILES: readonly TarEntry[] = [
  { name: 'data/', type: 'directory', mode: 0o1770, uid: 33, gid: 44 },
  { name: 'data/file', mode: 0o640, uid: 33, gid: 44, content: 'of the image\n' },
  { name: 'data/hard', type: 'link', linkname: 'data/file' },
  { name: 'data/soft', type: 'symlink', linkname: '../etc/passwd' },
  { name: 'data/host', type: 'symlink', linkname: '/etc/shadow' },
  { name: 'data/deep/er/', type: 'directory', mode: 0o700 },
  { name: 'data/deep/er/x', mode: 0o4755, content: 'x' },
  { name: 'alias', type: 'symlink', linkname: '/data' },
]

const LOOK = 'cd /mnt; find . | sort | xargs stat -c "%N %A %u:%g %h"; cat file'

async function published(): Promise<string> {
  await push(inject('registry'), 'volumes/base', 'latest', await busyboxImage({ extra: FILES }))
  await push(
    inject('registry'),
    'volumes/declared',
    'latest',
    await busyboxImage({ extra: FILES, config: { Volumes: { '/data': {} } } }),
  )
  return 'volumes/base'
}

const sh = (tspod: Tspod, options: readonly string[], script: string) =>
  tspod('run', '--rm', '-q', '--network=none', ...options, 'sh', '-c', script)

describe('copy-up', () => {
  test('a new volume begins as what the image has there, once', async ({ tspod }) => {
    const image = await published()
    const filled = await sh(tspod, ['-v', 'v:/data', image], LOOK.replace('/mnt', '/data'))
    const original = await sh(tspod, [image], LOOK.replace('/mnt', '/data'))
    expect(filled).toEqual(original)
    expect(filled.stdout).toContain('. drwxrwx--T 33:44')
    expect(filled.stdout).toContain("'./soft' -> '../etc/passwd'")
    expect(filled.stdout).toContain('./hard -rw-r----- 33:44 2')
    // Emptied by a container, it is not filled again.
    await sh(tspod, ['-v', 'v:/data', image], 'rm -rf /data/*')
    expect(await sh(tspod, ['-v', 'v:/data', image], 'ls -A /data')).toMatchObject({ exitCode: 0, stdout: '' })
  })

  test('through a link of the image, to where it leads inside', async ({ tspod }) => {
    const image = await published()
    expect(await sh(tspod, ['-v', 'v:/alias', image], 'cat /data/file')).toEqual({
      exitCode: 0,
      stdout: 'of the image\n',
      stderr: '',
    })
  })

  test('nocopy leaves it empty, and so does a volume with something in it', async ({ tspod, directory }) => {
    const image = await published()
    expect(await sh(tspod, ['-v', 'a:/data:nocopy', image], 'ls -A /data')).toMatchObject({ stdout: '' })
    expect(await sh(tspod, ['--mount', 'src=a,dst=/data,volume-nocopy', image], 'ls -A /data')).toMatchObject({
      stdout: '',
    })
    await tspod('volume', 'create', 'b')
    writeFileSync(join(directory, 'root/volumes/b/_data/own'), 'own')
    expect(await sh(tspod, ['-v', 'b:/data', image], 'ls -A /data')).toMatchObject({ stdout: 'own\n' })
    // Binds are never filled.
    mkdirSync(join(directory, 'dir'))
    expect(await sh(tspod, ['-v', `${directory}/dir:/data`, image], 'ls -A /data')).toMatchObject({ stdout: '' })
  })

  test('a volume the image declares is filled, and belongs to the container', async ({ tspod }) => {
    await published()
    const script = 'cat /data/file; stat -c %a:%u /data'
    expect(await sh(tspod, ['volumes/declared'], script)).toMatchObject({ stdout: 'of the image\n1770:33\n' })
    expect(await sh(tspod, ['--image-volume=ignore', 'volumes/declared'], 'echo x > /data/y && echo ok')).toMatchObject(
      { stdout: 'ok\n' },
    )
    const tmpfs = ['--image-volume=tmpfs', 'volumes/declared']
    expect(await sh(tspod, tmpfs, 'stat -f -c %T /data; cat /data/file')).toMatchObject({
      stdout: 'tmpfs\nof the image\n',
    })
    expect((await tspod('volume', 'ls', '-q')).stdout).toBe('')
  })

  test('a tmpfs begins as a copy of what it hides, down to owners and modes', async ({ tspod }) => {
    const image = await published()
    const look = 'find . -type l -o ! -name . | sort | xargs stat -c "%N %A %u:%g %Y"; cat file'
    const as = (...options: string[]) =>
      sh(tspod, [...options, image], `cd /data; ls -d -ln . | cut -d" " -f1; ${look}`)
    const plain = await as()
    expect(plain).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('of the image') })
    for (const flag of ['--tmpfs=/data', '--mount=type=tmpfs,dst=/data', '--tmpfs=/data:ro', '--tmpfs=/alias'])
      expect(await as(flag)).toEqual(plain)
    const inside = 'stat -f -c %T /data; stat -c %a /data; ls /data'
    expect(await sh(tspod, ['--tmpfs=/data:mode=711,size=1m', image], inside)).toMatchObject({
      stdout: 'tmpfs\n711\ndeep\nfile\nhard\nhost\nsoft\n',
    })
    expect(await sh(tspod, ['--tmpfs=/data:notmpcopyup', image], 'ls -A /data')).toMatchObject({ stdout: '' })
    expect(await sh(tspod, ['--tmpfs=/data:ro', image], 'echo > /data/x')).toMatchObject({ exitCode: 1 })
    const missing = await sh(tspod, ['--tmpfs=/no/such', '-u', '5', image], 'stat -c %a /no/such; echo > /no/such/x')
    expect(missing).toEqual({ exitCode: 0, stdout: '1777\n', stderr: '' })
    const asDocker = { env: { TSPOD_COMPAT: 'docker' } }
    const run = ['run', '--rm', '-q', '--network=none'] as const
    const program = ['--tmpfs=/t', image, 'sh', '-c', 'cp /bin/busybox /t/true; /t/true; echo $?'] as const
    expect(await tspod(...run, ...program)).toMatchObject({ stdout: '0\n' })
    expect(await tspod.with(asDocker, ...run, ...program)).toMatchObject({ stdout: '126\n' })
    for (const [options, stdout] of [
      ['/data', ''],
      ['/data:tmpcopyup', 'deep\nfile\nhard\nhost\nsoft\n'],
    ] as const)
      expect(await tspod.with(asDocker, ...run, `--tmpfs=${options}`, image, 'ls', '/data')).toMatchObject({ stdout })
  })

  test('a copy that does not fit in its tmpfs is one line, and nothing is left', async ({ tspod, host }) => {
    const run = await sh(tspod, ['--tmpfs=/bin:size=16k', await published()], 'true')
    expect(run).toMatchObject({ exitCode: 125, stdout: '' })
    expect(run.stderr).toMatch(
      /^error: could not copy what the image has in \/bin: no space [^\n]+\nhint: [^\n]+notmpcopyup[^\n]+\n$/,
    )
    expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  })

  test('what a read-only container may write to begins with what the image has there', async ({ tspod }) => {
    const image = await busyboxImage({
      extra: [
        { name: 'var/tmp/', type: 'directory', mode: 0o1777 },
        { name: 'var/tmp/x', content: 'there\n' },
      ],
    })
    await push(inject('registry'), 'volumes/vartmp', 'latest', image)
    const script = 'cat /var/tmp/x; stat -c %a /var/tmp; echo > /var/tmp/y && echo ok'
    expect(await sh(tspod, ['--read-only', 'volumes/vartmp'], script)).toMatchObject({ stdout: 'there\n1777\nok\n' })
  })

  test('without anything in the image it belongs to the container’s user', async ({ tspod }) => {
    const image = await published()
    const seen = await sh(
      tspod,
      ['-u', '1000:29', '-v', 'v:/new/place', image],
      'stat -c %u:%g /new/place; touch /new/place/x',
    )
    expect(seen).toEqual({ exitCode: 0, stdout: '1000:29\n', stderr: '' })
  })

  test('a copy that was killed leaves a volume that is filled next time', async ({ tspod, directory }) => {
    const image = await published()
    await tspod('pull', '-q', image)
    await tspod('volume', 'create', 'v')
    // What a killed copy leaves: a part of it, aside.
    const part = join(directory, 'root/volumes/v/_filling')
    mkdirSync(part)
    writeFileSync(join(part, 'file'), 'half')
    expect(await sh(tspod, ['-v', 'v:/data', image], 'cat /data/file; ls /data')).toMatchObject({
      stdout: 'of the image\ndeep\nfile\nhard\nhost\nsoft\n',
    })
    expect(existsSync(part)).toBe(false)
    // One that was killed while moving in what was whole.
    await tspod('volume', 'create', 'w')
    const whole = join(directory, 'root/volumes/w/_filled')
    mkdirSync(whole)
    writeFileSync(join(whole, 'late'), 'late')
    writeFileSync(join(directory, 'root/volumes/w/_data/early'), 'early')
    expect(await sh(tspod, ['-v', 'w:/data', image], 'ls /data')).toMatchObject({ stdout: 'early\nlate\n' })
  })

  test('ten containers at once fill a new volume once', async ({ tspod }) => {
    const image = await published()
    await tspod('pull', '-q', image)
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        sh(tspod, ['-v', 'v:/data', image], `cat /data/file; touch /data/${index}`),
      ),
    )
    expect(runs.map(({ stdout, stderr }) => stdout + stderr)).toEqual(runs.map(() => 'of the image\n'))
    expect((await sh(tspod, ['-v', 'v:/data', image], 'ls /data | wc -l')).stdout).toBe('15\n')
  })
})

describe('options', () => {
  test('U gives the source to the container’s user, and follows no link out', async ({ tspod, directory }) => {
    const [source, outside] = [join(directory, 'src'), join(directory, 'outside')]
    for (const path of [source, outside]) mkdirSync(path)
    writeFileSync(join(source, 'file'), '')
    writeFileSync(join(outside, 'mine'), '')
    symlinkSync(outside, join(source, 'link'))
    const script = 'stat -c %u:%g /s /s/file; touch /s/new && echo ok'
    const seen = await sh(
      tspod,
      ['-u', '1000:29', '-v', './src:/s:U', '-v', './outside:/o', 'alpine'],
      `${script}; stat -c %u /o/mine`,
    )
    expect(seen).toEqual({ exitCode: 0, stdout: '1000:29\n1000:29\nok\n0\n', stderr: '' })
  })

  test('O lets the container write and leaves the source as it is', async ({ tspod, directory }) => {
    mkdirSync(join(directory, 'src'))
    writeFileSync(join(directory, 'src/file'), 'before')
    const script = 'echo after > /s/file; touch /s/new; cat /s/file; ls /s'
    expect(await sh(tspod, ['-v', './src:/s:O', 'alpine'], script)).toEqual({
      exitCode: 0,
      stdout: 'after\nfile\nnew\n',
      stderr: '',
    })
    expect(readFileSync(join(directory, 'src/file'), 'utf8')).toBe('before')
    expect(existsSync(join(directory, 'src/new'))).toBe(false)
    for (const name of ['up', 'work']) mkdirSync(join(directory, name))
    const places = `./src:/s:O,upperdir=${directory}/up,workdir=${directory}/work`
    expect((await sh(tspod, ['-v', places, 'alpine'], 'echo kept > /s/new')).exitCode).toBe(0)
    expect(readFileSync(join(directory, 'up/new'), 'utf8')).toBe('kept\n')
  })

  test('noexec, ro and a subpath that does not lead out', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'prog'), '#!/bin/sh\necho ran\n', { mode: 0o755 })
    const run = await sh(tspod, ['-v', `${directory}/prog:/prog:noexec`, 'alpine'], '/prog; echo $?')
    expect(run.stdout).toBe('126\n')
    await tspod('volume', 'create', 'v')
    const data = join(directory, 'root/volumes/v/_data')
    mkdirSync(join(data, 'sub'))
    writeFileSync(join(data, 'sub/in'), 'in')
    symlinkSync('/etc', join(data, 'out'))
    const mount = (subpath: string) => ['--mount', `src=v,dst=/s,subpath=${subpath}`, 'alpine']
    expect(await sh(tspod, mount('sub'), 'ls /s')).toMatchObject({ stdout: 'in\n' })
    expect(await sh(tspod, mount('out'), 'ls /s')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('a subpath must not go through one'),
    })
  })

  test('a subpath that has become a link since its container was made leads nowhere', async ({ tspod, directory }) => {
    await tspod('volume', 'create', 'v')
    const data = join(directory, 'root/volumes/v/_data')
    mkdirSync(join(data, 'sub'))
    writeFileSync(join(data, 'sub/in'), 'in')
    writeFileSync(join(data, 'beside'), 'of no concern')
    mkdirSync(join(directory, 'host'))
    writeFileSync(join(directory, 'host/file'), 'of the host')
    expect(
      (await tspod('create', '--name=c', '--mount', 'src=v,dst=/s,subpath=sub', 'alpine', 'ls', '/s')).exitCode,
    ).toBe(0)
    expect((await tspod('run', '--rm', '-q', '--volumes-from=c', 'alpine', 'ls', '/s')).stdout).toBe('in\n')
    const laidOver = `type=bind,src=${data},dst=/s,subpath=sub,O`
    const together = await tspod('create', '--mount', laidOver, 'alpine', 'ls', '/s')
    expect(together).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('O does not go together with a subpath'),
    })
    renameSync(join(data, 'sub'), join(data, 'other'))
    symlinkSync(join(directory, 'host'), join(data, 'sub'))
    const refused = { exitCode: 125, stderr: expect.stringContaining('a subpath must not go through one') }
    expect(await tspod('start', '-a', 'c')).toMatchObject(refused)
    expect(await tspod('cp', 'c:/s/file', '-')).toMatchObject(refused)
    const given = ['--mount', 'src=v,dst=/s,subpath=sub/file,U=true', '-u', '55', 'alpine', 'true']
    expect(await tspod('run', '--rm', '-q', ...given)).toMatchObject(refused)
    expect(statSync(join(directory, 'host/file')).uid).toBe(process.getuid?.())
  })

  test('a subpath that is made a link again and again leads nowhere', async ({ tspod, directory }) => {
    await tspod('volume', 'create', 'v')
    const data = join(directory, 'root/volumes/v/_data')
    mkdirSync(join(data, 'sub'))
    writeFileSync(join(data, 'sub/in'), '')
    mkdirSync(join(directory, 'host'))
    writeFileSync(join(directory, 'host/out'), '')
    symlinkSync(join(directory, 'host'), join(data, 'link'))
    expect(
      (await tspod('create', '--network=none', '--name=c', '--mount', 'src=v,dst=/s,subpath=sub', 'alpine', 'ls', '/s'))
        .exitCode,
    ).toBe(0)
    const swap = 'while :; do mv -T sub other; mv -T link sub; mv -T sub link; mv -T other sub; done'
    const swapper = startChild('sh', ['-c', swap], { stdio: 'ignore', cwd: data })
    const seen = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const { exitCode, stdout, stderr } = await tspod('start', '-a', 'c')
      seen.add(exitCode === 0 ? stdout : `${exitCode} ${/could not open \S+sub,/.test(stderr)}`)
    }
    swapper.kill('SIGKILL')
    expect([...seen].sort().join()).toMatch(/^(125 true,)?in\n$|^125 true$/)
  })

  test('a file on a directory, or a directory on a file, is said so', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'file'), '')
    mkdirSync(join(directory, 'tree'))
    for (const volume of ['file:/bin', 'tree:/bin/busybox']) {
      expect(await sh(tspod, ['-v', `${directory}/${volume}`, 'alpine'], 'true')).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining('one of them is a directory, and the other is none'),
      })
    }
  })

  test('--mount of every type', async ({ tspod, directory }) => {
    await published()
    await tspod('pull', '-q', 'volumes/base')
    for (const name of ['a.conf', 'b.conf', 'c.txt']) writeFileSync(join(directory, name), name)
    const options = [
      ['--mount', `type=bind,src=${directory}/a.conf,dst=/bound,ro`],
      ['--mount', 'source=named,destination=/vol'],
      ['--mount', 'type=tmpfs,target=/mem,tmpfs-size=1m,tmpfs-mode=1777'],
      ['--mount', 'type=ramfs,dst=/ram'],
      ['--mount', 'type=devpts,dst=/pts'],
      ['--mount', 'type=image,src=volumes/base,dst=/img'],
      ['--mount', 'type=image,src=volumes/base,dst=/sub,subpath=alias/deep'],
      ['--mount', `type=glob,src=${directory}/*.conf,dst=/globbed`],
      ['--mount', `type=bind,src=${directory}/made,dst=/made,create-mountpoint`],
    ].flat()
    const script = [
      'cat /bound; echo; touch /bound 2>&1 | sed "s/.*: //"',
      'for d in /mem /ram /pts; do stat -f -c %T $d; done; stat -c %a /mem; df -k /mem | tail -1 | awk "{print \\$2}"',
      'cat /img/data/file; touch /img/x 2>/dev/null || echo refused; ls /sub/er; ls /globbed /vol /made',
    ]
    expect(await sh(tspod, [...options, 'alpine'], script.join('; '))).toEqual({
      exitCode: 0,
      stdout: [
        'a.conf',
        'Read-only file system',
        'tmpfs',
        'ramfs',
        'devpts',
        '1777',
        '1024',
        'of the image',
        'refused',
        'x',
        '/globbed:',
        'a.conf',
        'b.conf',
        '',
        '/made:',
        '',
        '/vol:',
        '',
      ].join('\n'),
      stderr: '',
    })
    await tspod('create', '-q', '--name', 'mounting', '--mount', 'type=image,src=volumes/base,dst=/img', 'alpine')
    expect(await tspod('rmi', 'volumes/base')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('in use') })
    await tspod('rm', 'mounting')
    const writable = ['--mount', 'type=image,src=volumes/base,dst=/img,rw=true', 'alpine']
    expect(await sh(tspod, writable, 'echo mine > /img/data/file; cat /img/data/file')).toMatchObject({
      stdout: 'mine\n',
    })
    expect(await sh(tspod, ['volumes/base'], 'cat /data/file')).toMatchObject({ stdout: 'of the image\n' })
  })

  test('--volumes-from mounts what another container does, and takes nothing from it', async ({ tspod, directory }) => {
    await published()
    mkdirSync(join(directory, 'dir'))
    const create = ['create', '-q', '--name', 'first', '--network=none', '-v', 'named:/n', '-v', './dir:/d']
    expect((await tspod(...create, 'volumes/declared', 'true')).exitCode).toBe(0)
    const both = 'echo x > /n/x; cat /data/file; touch /d/y 2>/dev/null || echo refused'
    expect(await sh(tspod, ['--volumes-from', 'first', 'alpine'], both)).toMatchObject({ stdout: 'of the image\n' })
    expect(await sh(tspod, ['--volumes-from', 'first:ro', 'alpine'], both)).toMatchObject({
      stdout: 'of the image\nrefused\n',
    })
    // Our own mount wins over theirs, and their volume without a name stays while somebody has it.
    expect(await sh(tspod, ['--volumes-from', 'first', '--tmpfs', '/d', 'alpine'], 'stat -f -c %T /d')).toMatchObject({
      stdout: 'tmpfs\n',
    })
    expect(
      (await tspod('volume', 'ls', '-q')).stdout.split('\n').filter((name) => /^[0-9a-f]{64}$/.test(name)),
    ).toHaveLength(1)
    expect(await tspod('run', '--rm', '--volumes-from', 'nobody', 'alpine', 'true')).toMatchObject({ exitCode: 125 })
  })

  test('called as docker, a directory of -v that does not exist is made', async ({ tspod, directory }) => {
    const run = ['run', '--rm', '-q', '--network=none', '-v', `${directory}/new/dir:/d`, 'alpine', 'touch', '/d/x']
    expect(await tspod(...run)).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('does not exist') })
    expect(await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...run)).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(directory, 'new/dir/x'))).toBe(true)
  })

  test('called as docker, a volume that exists is taken by "volume create"', async ({ tspod }) => {
    const create = ['volume', 'create', 'twice']
    const docker = () => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...create)
    expect(await docker()).toMatchObject({ exitCode: 0, stdout: 'twice\n' })
    expect(await docker()).toMatchObject({ exitCode: 0, stdout: 'twice\n' })
    expect(await tspod(...create)).toMatchObject({ exitCode: 125 })
  })
})

describe('commands', () => {
  test('create, ls, inspect, exists, rm, prune', async ({ tspod }) => {
    const create = ['volume', 'create', '-l', 'a=b', '--uid', '5', '--gid', '6', 'one']
    expect(await tspod(...create)).toEqual({ exitCode: 0, stdout: 'one\n', stderr: '' })
    expect(await tspod('volume', 'create', 'one')).toMatchObject({ exitCode: 125 })
    expect(await tspod('volume', 'create', '--ignore', 'one')).toMatchObject({ exitCode: 0, stdout: 'one\n' })
    const [inspected] = JSON.parse((await tspod('volume', 'inspect', 'one')).stdout)
    expect(inspected).toMatchObject({ Name: 'one', Driver: 'local', Labels: { a: 'b' }, UID: 5, GID: 6 })
    expect(await sh(tspod, ['-v', 'one:/new', 'alpine'], 'stat -c %u:%g /new')).toMatchObject({ stdout: '5:6\n' })
    expect((await tspod('volume', 'exists', 'one')).exitCode).toBe(0)
    expect((await tspod('volume', 'exists', 'two')).exitCode).toBe(1)
    expect((await tspod('volume', 'mount', 'one')).stdout).toBe(`${inspected.Mountpoint}\n`)
    expect((await tspod('volume', 'unmount', 'one')).stdout).toBe('one\n')
    await tspod('create', '-q', '--name', 'user', '-v', 'used:/u', 'alpine')
    expect((await tspod('volume', 'prune', '--dry-run')).stdout).toBe('one\n')
    expect((await tspod('volume', 'ls', '-q')).stdout).toBe('one\nused\n')
    expect((await tspod('volume', 'prune', '-f')).stdout).toBe('one\n')
    expect(await tspod('volume', 'rm', 'used')).toMatchObject({ exitCode: 2 })
    expect(await tspod('volume', 'rm', '-f', '-t', '0', 'used')).toMatchObject({ exitCode: 0, stdout: 'used\n' })
    expect((await tspod('ps', '-aq')).stdout).toBe('')
  })

  test('a volume in memory, and one that is a directory of the host’s', async ({ tspod, directory }) => {
    mkdirSync(join(directory, 'host'))
    writeFileSync(join(directory, 'host/file'), 'hosts')
    expect((await tspod('volume', 'create', '-o', 'type=tmpfs', '-o', 'o=size=1m,mode=700', 'mem')).exitCode).toBe(0)
    expect((await tspod('volume', 'create', '-o', 'type=bind', '-o', 'device=./host', 'dir')).exitCode).toBe(0)
    const script = 'stat -f -c %T /m; stat -c %a /m; cat /d/file; echo more > /d/new'
    expect(await sh(tspod, ['-v', 'mem:/m', '-v', 'dir:/d', 'alpine'], script)).toEqual({
      exitCode: 0,
      stdout: 'tmpfs\n700\nhosts',
      stderr: '',
    })
    expect(readFileSync(join(directory, 'host/new'), 'utf8')).toBe('more\n')
    expect((await tspod('volume', 'rm', 'dir')).exitCode).toBe(0)
    expect(existsSync(join(directory, 'host/file'))).toBe(true)
  })

  // biome-ignore format: a table
  test.for([
    [['-o', 'type=nfs', '-o', 'device=:/x'],  'an ordinary user can mount tmpfs and bind alone'],
    [['-o', 'type=bind'],                     'it needs device=DIRECTORY'],
    [['-o', 'size=5m'],                       'with type=tmpfs alone'],
    [['-o', 'typ=tmpfs'],                     'there is no such option'],
    [['-o', 'type=tmpfs', '-o', 'o=lowerdir=/'], 'unknown option'],
    [['-d', 'nfs'],                           'must be one of local'],
    [['a/b'],                                 'is not a name for a volume'],
  ] as const)('volume create %j is refused', async ([argv, words], { tspod }) => {
    expect(await tspod('volume', 'create', ...argv)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining(words),
    })
    expect((await tspod('volume', 'ls', '-q')).stdout).toBe('')
  })

  test('export and import keep owners, modes, links and names that mean something in a layer', async ({
    tspod,
    directory,
  }) => {
    const image = await published()
    await sh(tspod, ['-v', 'v:/data', image], 'echo odd > /data/.wh.odd; mkfifo /data/pipe')
    expect(await tspod('volume', 'export', 'v', '-o', 'v.tar')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(listTar(join(directory, 'v.tar'))).toEqual(expect.arrayContaining(['.wh.odd', 'deep/er/x', 'file', 'pipe']))
    await tspod('volume', 'create', 'w')
    writeFileSync(join(directory, 'root/volumes/w/_data/file'), 'before')
    writeFileSync(join(directory, 'root/volumes/w/_data/stays'), 'stays')
    execFileSync('gzip', [join(directory, 'v.tar')])
    expect(await tspod('volume', 'import', 'w', 'v.tar.gz')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const look = LOOK.replace('cd /mnt', 'cd /mnt; rm stays 2>/dev/null')
    const [from, to] = [await sh(tspod, ['-v', 'v:/mnt', image], look), await sh(tspod, ['-v', 'w:/mnt', image], look)]
    expect(to).toEqual(from)
    expect(to.stdout).toContain('.wh.odd')
  })

  test('a tar that is not whole or leads out changes nothing', async ({ tspod, directory }) => {
    await tspod('volume', 'create', 'v')
    writeFileSync(join(directory, 'root/volumes/v/_data/own'), 'own')
    mkdirSync(join(directory, 'tree'))
    writeFileSync(join(directory, 'tree/file'), 'x'.repeat(100_000))
    execFileSync('tar', ['-C', join(directory, 'tree'), '-cf', join(directory, 'good.tar'), '.'])
    const good = readFileSync(join(directory, 'good.tar'))
    execFileSync('tar', [
      '-P',
      '-C',
      join(directory, 'tree'),
      '--transform=s,^,../../,',
      '-cf',
      join(directory, 'up.tar'),
      'file',
    ])
    for (const input of [good.subarray(0, 50_000), readFileSync(join(directory, 'up.tar')), Buffer.from('no tar')]) {
      expect(await tspod.with({ input }, 'volume', 'import', 'v', '-')).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining('it is no whole tar'),
      })
    }
    expect(await sh(tspod, ['-v', 'v:/v:nocopy', 'alpine'], 'ls -A /v')).toMatchObject({ stdout: 'own\n' })
    expect(await tspod('volume', 'import', 'v', 'nowhere.tar')).toMatchObject({ exitCode: 125 })
    expect(existsSync(join(directory, 'file'))).toBe(false)
    rmSync(join(directory, 'up.tar'))
  })
})
