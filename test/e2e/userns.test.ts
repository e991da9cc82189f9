import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import type { Tspod } from '../support/tspod.ts'

const DRIVERS = ['overlay', 'fuse-overlayfs', 'vfs'] as const
const { uid: UID, gid: GID, username: NAME } = userInfo()
const IMAGE = 'userns/base'
/** Larger than what is copied when ids are mapped. */
const LARGE = 'large'.repeat(4000)

/** Files of several owners, readable and not, and directories that nobody else may enter. */
async function published(): Promise<void> {
  const image = await busyboxImage({
    extra: [
      { name: 'srv/', type: 'directory', mode: 0o700 },
      { name: 'srv/large', mode: 0o600, content: LARGE },
      { name: 'srv/twin', type: 'link', linkname: 'srv/large' },
      { name: 'srv/small', mode: 0o600, content: 'small\n' },
      { name: 'srv/of33', mode: 0o600, uid: 33, gid: 34, content: LARGE },
      { name: 'bin/suid', mode: 0o4755, content: readFileSync('/bin/busybox') },
      { name: 'srv/dir/', type: 'directory', mode: 0o750, uid: 33, gid: 34 },
      { name: 'srv/link', type: 'symlink', linkname: '/nowhere', uid: 33, gid: 34 },
    ],
  })
  await push(inject('registry'), IMAGE, 'latest', image)
}

function overDriver(tspod: Tspod, driver: string) {
  return (...args: string[]) => tspod('--storage-driver', driver, ...args)
}

async function run(tspod: Tspod, options: readonly string[], script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await tspod(
    'run',
    '-q',
    '--rm',
    '--network=none',
    ...options,
    IMAGE,
    'sh',
    '-c',
    script,
  )
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout
}

const LOOK = [
  'stat -c "%n %a %u:%g %s %h" / /bin /srv /srv/large /srv/small /srv/of33 /srv/dir /srv/link /bin/suid /etc/hosts',
  'md5sum /srv/large /srv/twin /srv/of33; readlink /srv/link',
].join('; ')

test.for(DRIVERS)('with %s the image looks the same under every map', async (driver, { tspod }) => {
  await published()
  const root = overDriver(tspod, driver)
  const seen = async (...options: string[]) => {
    const { exitCode, stdout } = await root(
      'run',
      '-q',
      '--rm',
      '--network=none',
      '-h',
      'box',
      '--name',
      'x',
      '-u',
      '0',
      ...options,
      IMAGE,
      'sh',
      '-c',
      LOOK,
    )
    expect(exitCode).toBe(0)
    return stdout.replace(/^(\/etc\/hosts .* )\d+ 1$/m, '$1')
  }
  const plain = await seen()
  expect(plain).toContain('/srv/of33 600 33:34 ')
  expect(plain).toContain('/bin/suid 4755 0:0 ')
  for (const mode of ['keep-id', 'keep-id:uid=5,gid=6', 'nomap', 'auto', 'host']) {
    expect(await seen('--userns', mode), mode).toBe(plain)
  }
  expect(await seen('--uidmap', '0:1:100', '--gidmap', '0:2:200')).toBe(plain)
})

test.for(DRIVERS)(
  'with %s what a container changes is committed, compared and exported with its own ids',
  async (driver, { tspod, directory }) => {
    await published()
    const root = overDriver(tspod, driver)
    for (const mode of ['keep-id', 'auto']) {
      const name = `c-${mode}`
      const script =
        'echo new > /new; chown 7:8 /srv/of33; mkdir -p /srv/dir/deep; chmod 700 /etc/os-release; rm /etc/noexec'
      expect(
        await root(
          'run',
          '-q',
          '--name',
          name,
          '--network=none',
          '--userns',
          mode,
          '-u',
          '0',
          IMAGE,
          'sh',
          '-c',
          script,
        ),
      ).toMatchObject({ exitCode: 0 })
      const changed = [
        'A /new',
        'C /bin',
        'C /etc',
        'C /etc/os-release',
        'C /srv',
        'C /srv/dir',
        'A /srv/dir/deep',
        'C /srv/of33',
        'D /etc/noexec',
      ]
      const lines = (await root('diff', name)).stdout.trim().split('\n')
      expect(lines.filter((line) => !changed.includes(line))).toEqual([])
      expect(lines).toEqual(expect.arrayContaining(['A /new', 'A /srv/dir/deep', 'C /srv/of33', 'D /etc/noexec']))
      await root('commit', '-q', name, `made-${mode}`)
      const look = 'stat -c "%n %u:%g %a" /new /srv/of33 /srv/dir /srv/dir/deep /srv/small /etc/os-release / /bin/suid'
      const after = await root('run', '-q', '--rm', '--network=none', `made-${mode}`, 'sh', '-c', look)
      expect(after.stdout.trim().split('\n')).toEqual([
        '/new 0:0 644',
        '/srv/of33 7:8 600',
        '/srv/dir 33:34 750',
        '/srv/dir/deep 0:0 755',
        '/srv/small 0:0 600',
        '/etc/os-release 0:0 700',
        '/ 0:0 755',
        '/bin/suid 0:0 4755',
      ])
      await root('export', '-o', `${directory}/${mode}.tar`, name)
      await root('import', '-q', `${directory}/${mode}.tar`, `exported-${mode}`)
      const exported = await root('run', '-q', '--rm', '--network=none', `exported-${mode}`, 'sh', '-c', look)
      expect(exported.stdout).toBe(after.stdout)
    }
  },
)

test("keep-id: the caller keeps its ids, has a name and a home, and owns what it writes to the host's directories", async ({
  tspod,
  directory,
}) => {
  await published()
  mkdirSync(join(directory, 'work'))
  const volume = `${directory}/work:/work`
  const said = await run(
    tspod,
    ['--userns=keep-id', '-v', volume, '-w', '/work'],
    'id -u; id -g; id -un; echo $HOME; echo x > f; stat -c %u:%g f; cat /etc/passwd',
  )
  const lines = said.trim().split('\n')
  expect(lines.slice(0, 5)).toEqual([`${UID}`, `${GID}`, NAME, '/work', `${UID}:${GID}`])
  expect(lines.at(-1)).toMatch(new RegExp(`^${NAME}:\\*:${UID}:${GID}:.*:/work:/bin/sh$`))
  expect(statSync(join(directory, 'work/f'))).toMatchObject({ uid: UID, gid: GID })

  // Its root is another one of the caller's ids, who may not touch what is the caller's.
  writeFileSync(join(directory, 'work/private'), 'mine', { mode: 0o600 })
  expect(
    await run(
      tspod,
      ['--userns=keep-id', '-u', '0', '-v', volume],
      'stat -c %u:%g /work/private; touch /work/byroot; stat -c %u:%g /work/byroot',
    ),
  ).toBe(`${UID}:${GID}\n0:0\n`)
  expect(statSync(join(directory, 'work/byroot')).uid).not.toBe(UID)
})

// biome-ignore format: a table
test.for([
  [['--userns=keep-id:uid=1000,gid=1000'],     'id -u; id -g; id -un',             '1000\n1000\nalice\n'],
  [['--userns=keep-id', '-u', 'alice'],        'id -u',                            '1000\n'],
  [['--userns=keep-id:uid=77,gid=78'],         'id -un; tail -n 1 /etc/group',     '77\n78:x:78:77\n'],
  [['--userns=keep-id', '-u', '0'],            'id -u; echo $HOME',                '0\n/root\n'],
  [['--userns=host'],                          'id -u; head -n 1 /proc/self/uid_map | tr -s " "', '0\n 0 0 1\n'],
  [['--userns=auto:size=3000'],                'tr -s " " < /proc/self/uid_map',   ' 0 1 3000\n'],
  [['--userns=auto'],                          'tr -s " " < /proc/self/uid_map',   ' 0 1 1024\n'],
  [['--uidmap=0:1:40', '--uidmap=40:0', '--gidmap=0:5:60'], 'cat /proc/self/uid_map /proc/self/gid_map | tr -s " "', ' 0 1 40\n 40 0 1\n 0 5 60\n'],
  [['--uidmap=0:1:50', '--uidmap', `+7:@${UID}:1`], 'tr -s " " < /proc/self/uid_map', ' 0 1 7\n 7 0 1\n 8 9 42\n'],
  [['-u', '1234'],                             'id -un; tail -n 1 /etc/passwd',    '1234\n1234:*:1234:0:container user:/:/bin/sh\n'],
  [['-u', '1234', '--passwd=false'],           'tail -n 1 /etc/passwd', 'nobody:x:65534:65534:nobody:/:/bin/false\n'],
  [['-u', '1234:5678', '--passwd-entry', '$USERNAME:x:$UID:$GID:me:/tmp:/bin/ash', '--group-entry', 'grp:x:$GID:$USERLIST'],
    'tail -qn 1 /etc/passwd /etc/group; echo $HOME', '1234:x:1234:5678:me:/tmp:/bin/ash\ngrp:x:5678:1234\n/tmp\n'],
  [['--hostuser', NAME],                     'tail -n 1 /etc/passwd | cut -d: -f1,3', `${NAME}:${UID}\n`],
  [['-u', 'alice', '--group-add', '1234,nobody'], 'id -G',                         '1000 10 29 1234 65534\n'],
  [['--group-add', 'audio', '--group-add=44'], 'id -G',                            '0 29 44\n'],
] as const)('%j', async ([options, script, expected], { tspod }) => {
  await published()
  expect(await run(tspod, options, script)).toBe(expected)
})

test.for([
  [['--userns=keepid'], 'no such mode'],
  [['--userns=keep-id', '--uidmap=0:1:1'], 'exclude each other'],
  [['--uidmap=0:1:10', '--uidmap=5:20:10'], 'ids of the container that another one has'],
  [['--uidmap=0:9000000:10'], 'not all among yours'],
  [['--userns=auto:size=9000000'], 'no range of 9000000 ids'],
  [['--userns=auto:size=20'], 'of the image belongs to user 33'],
  [['--userns=auto:size=2000', '-u', '2000'], 'user id 2000 is not in the user namespace'],
  [['--subuidname', 'no-such-user'], 'there is no range for no-such-user'],
  [['--group-add', 'keep-groups', '--group-add', '5'], 'excludes every other'],
  [['--group-add', 'nogroup'], 'no group "nogroup"'],
  [['--hostuser', 'no-such-user'], 'the host has no user "no-such-user"'],
  [['-u', '7', '--passwd-entry', 'a\nb'], 'more than one line'],
  [['--userns=container:nobody-there'], 'no container nobody-there'],
] as const)('%j fails, and nothing is left', async ([options, why], { tspod, host }) => {
  await published()
  await tspod('pull', '-q', IMAGE)
  const before = host.traces()
  const { exitCode, stderr } = await tspod('run', '--rm', '--network=none', ...options, IMAGE, 'true')
  expect({ exitCode, stderr }).toEqual({ exitCode: 125, stderr: expect.stringContaining(why) })
  expect(host.traces()).toEqual(before)
  expect((await tspod('ps', '-aq')).stdout).toBe('')
})

test('the ranges of a name in /etc/subuid', async ({ tspod }) => {
  await published()
  const own = readFileSync('/etc/subuid', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${NAME}:`))
    ?.split(':')[2]
  expect(await run(tspod, ['--subuidname', NAME], 'tr -s " " < /proc/self/uid_map')).toBe(` 0 1 ${own}\n`)
})

test('containers of --userns auto share no id, made one after the other or at once', async ({ tspod }) => {
  await published()
  await tspod('pull', '-q', IMAGE)
  const made = await Promise.all(
    Array.from({ length: 5 }, () => tspod('create', '-q', '--network=none', '--userns=auto:size=1500', IMAGE, 'true')),
  )
  const ids = made.map(({ stdout }) => stdout.trim())
  const mapsOf = async (id: string) => {
    const { stdout } = await tspod('inspect', '--format', '{{json .HostConfig.IDMappings}}', id)
    return JSON.parse(stdout) as { UidMap: string[] }
  }
  const starts: number[] = []
  for (const id of ids) for (const line of (await mapsOf(id)).UidMap) starts.push(Number(line.split(':')[1]))
  expect(starts.sort((a, b) => a - b)).toEqual([1, 1501, 3001, 4501, 6001])
  // What one gives back the next one has.
  await tspod('rm', ids[0] ?? '')
  const { stdout } = await tspod('create', '-q', '--network=none', '--userns=auto:size=1500', IMAGE, 'true')
  expect(starts).toContain(Number((await mapsOf(stdout.trim())).UidMap[0]?.split(':')[1]))
})

test('nomap and auto: nothing of the caller can be touched, though its directories can be mounted', async ({
  tspod,
  directory,
}) => {
  await published()
  mkdirSync(join(directory, 'work'), { mode: 0o755 })
  writeFileSync(join(directory, 'work/private'), 'mine', { mode: 0o600 })
  writeFileSync(join(directory, 'work/public'), 'ours', { mode: 0o644 })
  const script =
    'stat -c %u:%g /work/public; cat /work/public; cat /work/private; touch /work/new; chown 0 /work/public; true'
  for (const mode of ['nomap', 'auto']) {
    const { stdout, stderr } = await tspod(
      'run',
      '-q',
      '--rm',
      '--network=none',
      '--userns',
      mode,
      '-v',
      `${directory}/work:/work`,
      IMAGE,
      'sh',
      '-c',
      script,
    )
    expect(stdout).toBe('65534:65534\nours')
    expect(stderr.trim().split('\n')).toHaveLength(3)
  }
  expect(readdirSync(join(directory, 'work')).sort()).toEqual(['private', 'public'])
})

test('volumes belong to the container, and keep the ids as it writes them', async ({ tspod, directory }) => {
  await published()
  const script = 'stat -c %u:%g /data /srv/dir; echo x > /data/f; stat -c %u:%g /data/f'
  expect(await run(tspod, ['--userns=auto:size=2000', '-v', 'kept:/data', '-v', 'copied:/srv/dir'], script)).toBe(
    '0:0\n33:34\n0:0\n',
  )
  // The same id outside is another one inside of another map.
  expect(await run(tspod, ['-v', 'kept:/data'], 'stat -c %u:%g /data/f')).toBe('1:1\n')
  mkdirSync(join(directory, 'given'))
  writeFileSync(join(directory, 'given/f'), '')
  const given = ['--userns=nomap', '-u', '33:34', '-v', `${directory}/given:/given:U`]
  expect(await run(tspod, given, 'stat -c %u:%g /given /given/f; touch /given/g && echo mine')).toBe(
    '33:34\n33:34\nmine\n',
  )
})

test('exec, cp, top and inspect speak of the ids of the container', async ({ tspod, directory }) => {
  await published()
  await using box = await tspod.start('-q', '--network=none', '--userns=keep-id', IMAGE, 'sleep', '1000')
  expect((await box.exec('id', '-u')).stdout).toBe(`${UID}\n`)
  expect((await tspod('exec', '-u', NAME, box.id, 'id', '-un')).stdout).toBe(`${NAME}\n`)
  expect((await tspod('exec', '-u', 'alice', box.id, 'id', '-G')).stdout).toBe('1000 10 29\n')
  expect((await tspod('exec', '-u', '0', box.id, 'sh', '-c', 'touch /r; stat -c %u /r; cat /srv/small')).stdout).toBe(
    '0\nsmall\n',
  )
  expect((await tspod('top', box.id, 'user', 'huser', 'args')).stdout).toMatch(
    new RegExp(`${NAME}\\s+(${NAME}|${UID})\\s+sleep 1000`),
  )
  writeFileSync(join(directory, 'file'), 'x')
  await tspod('cp', join(directory, 'file'), `${box.id}:/tmp/file`)
  expect((await tspod('exec', '-u', '0', box.id, 'stat', '-c', '%u:%g', '/tmp/file')).stdout).toBe(`${UID}:${GID}\n`)
  await tspod('cp', `${box.id}:/etc/passwd`, join(directory, 'passwd'))
  expect(statSync(join(directory, 'passwd'))).toMatchObject({ uid: UID, gid: GID })
  const { stdout } = await tspod(
    'inspect',
    '--format',
    '{{.HostConfig.UsernsMode}} {{index .HostConfig.IDMappings.UidMap 1}}',
    box.id,
  )
  expect(stdout).toBe(`keep-id ${UID}:0:1\n`)
})

test('a container that joins another one has its ids', async ({ tspod }) => {
  await published()
  await using box = await tspod.start(
    '-q',
    '--network=none',
    '--userns=keep-id',
    '--name',
    'first',
    IMAGE,
    'sleep',
    '1000',
  )
  const map = (await box.exec('cat', '/proc/self/uid_map')).stdout
  for (const joined of ['--userns=container:first', '--network=container:first']) {
    const { stdout, stderr, exitCode } = await tspod(
      'run',
      '-q',
      '--rm',
      '-u',
      '0',
      joined,
      IMAGE,
      'sh',
      '-c',
      'cat /proc/self/uid_map; stat -c %u:%g / /srv/of33; readlink /proc/self/ns/user',
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`${map}0:0\n33:34\n`)
    expect(stdout.trim().split('\n').at(-1)).toBe((await box.exec('readlink', '/proc/self/ns/user')).stdout.trim())
  }
})

test('a stopped container starts again with its ids', async ({ tspod }) => {
  await published()
  const script = 'tr -s " " < /proc/self/uid_map; test -e /seen && stat -c %u /seen; touch /seen'
  const made = await tspod('create', '-q', '--network=none', '--userns=auto:size=1100', IMAGE, 'sh', '-c', script)
  const id = made.stdout.trim()
  await tspod('start', '-a', id)
  expect((await tspod('start', '-a', id)).stdout).toBe(' 0 1 1100\n0\n')
})

test('layers of a map are shared, and go with a prune once no container has the map', async ({ tspod }) => {
  await published()
  const mapped = () => {
    const directory = join(tspod.root, 'layers-mapped')
    return readdirSync(directory).flatMap((map) => readdirSync(join(directory, map)))
  }
  await tspod('create', '-q', '--network=none', '--userns=keep-id', '--name', 'one', IMAGE, 'true')
  await tspod('create', '-q', '--network=none', '--userns=keep-id', '--name', 'two', IMAGE, 'true')
  expect(mapped()).toHaveLength(1)
  expect(await tspod('system', 'check')).toMatchObject({ exitCode: 0 })
  await tspod('rm', 'one')
  await tspod('image', 'prune', '-f')
  expect(mapped()).toHaveLength(1)
  await tspod('rm', 'two')
  await tspod('image', 'prune', '-f')
  expect(mapped()).toEqual([])
  // And with the image, whoever removes it.
  await run(tspod, ['--userns=keep-id'], 'true')
  await tspod('rmi', IMAGE)
  expect(mapped()).toEqual([])
})

test('PODMAN_USERNS is the default', async ({ tspod }) => {
  await published()
  const env = { PODMAN_USERNS: 'keep-id' }
  expect((await tspod.with({ env }, 'run', '-q', '--rm', '--network=none', IMAGE, 'id', '-u')).stdout).toBe(`${UID}\n`)
  expect(
    (await tspod.with({ env }, 'run', '-q', '--rm', '--network=none', '--userns=host', IMAGE, 'id', '-u')).stdout,
  ).toBe('0\n')
})

test('keep-groups: the groups of the caller stay, though they have no names inside', async ({ tspod }) => {
  await published()
  const groupsOf = async (...options: string[]) => run(tspod, options, 'grep ^Groups: /proc/self/status')
  expect((await groupsOf()).trim()).toBe('Groups:')
  const kept = (await groupsOf('--group-add', 'keep-groups')).trim().split(/\s+/).slice(1)
  expect(kept).toHaveLength(process.getgroups?.().length ?? 0)
})
