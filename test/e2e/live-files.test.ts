import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { treeOf } from '../support/tree-of.ts'

const DRIVERS = ['overlay', 'fuse-overlayfs', 'vfs'] as const

const CHANGES = [
  'mkdir -p /made/deep; echo new > /made/deep/file; ln -s deep /made/link; ln /made/deep/file /made/hard',
  'echo changed > /etc/os-release; rm /etc/noexec; rm -r /home/alice; mkdir /home/alice; echo mine > /home/alice/new',
  'chown -R 1000:10 /home/alice; chmod 600 /home/alice/new; echo in volume > /vol/x',
].join('; ')

test.for(DRIVERS)(
  'on %s diff, export and commit of a running container have what it sees',
  async (driver, { tspod, directory }) => {
    const on = (...args: string[]) => tspod('--storage-driver', driver, ...args)
    await on(
      'run',
      '-d',
      '--name',
      'box',
      '--network=none',
      '-v',
      'v:/vol',
      'alpine',
      'sh',
      '-c',
      `${CHANGES}; touch /tmp/done; exec sleep 1000`,
    )
    while ((await on('exec', 'box', 'test', '-e', '/tmp/done')).exitCode !== 0);
    const { stdout } = await on('diff', '-l')
    expect(stdout.split('\n').filter((line) => /made|etc|home/.test(line))).toEqual([
      'C /etc',
      'D /etc/noexec',
      'C /etc/os-release',
      'C /home',
      'C /home/alice',
      'A /home/alice/new',
      'A /made',
      'A /made/deep',
      'A /made/deep/file',
      'A /made/hard',
      'A /made/link',
    ])
    expect(JSON.parse((await on('diff', '--format', 'json', 'box')).stdout)).toMatchObject({
      deleted: ['/etc/noexec'],
      changed: expect.arrayContaining(['/etc/os-release']),
    })
    const seen = await on('exec', 'box', 'sh', '-c', 'cd /; find bin etc home made opt root usr var | sort')
    mkdirSync(join(directory, 'out'))
    expect(await on('export', '-o', 'out.tar', 'box')).toMatchObject({ exitCode: 0 })
    const names = runChild('tar', ['-tf', join(directory, 'out.tar')])?.stdout.split('\n') ?? []
    const own = names
      .map((name) => name.replace(/\/$/, ''))
      .filter((name) => /^(bin|etc|home|made|opt|root|usr|var)/.test(name))
    expect(own.sort()).toEqual(seen.stdout.trim().split('\n').sort())
    expect(names).not.toContain('vol/x')
    await on('commit', '-q', 'box', 'snapshot')
    const look =
      'cat /made/hard /etc/os-release /home/alice/new; readlink /made/link; stat -c "%u:%g %a" /home/alice/new; ls /etc/noexec /vol'
    expect(await on('run', '--rm', '--network=none', 'snapshot', 'sh', '-c', look)).toMatchObject({
      stdout: 'new\nchanged\nmine\ndeep\n1000:10 600\n/vol:\n',
    })
    await on('rm', '-f', '-t', '0', 'box')
  },
)

test.for(DRIVERS)('on %s they work while the container writes all the time', async (driver, { tspod, directory }) => {
  const on = (...args: string[]) => tspod('--storage-driver', driver, ...args)
  const churn =
    'while :; do mkdir -p /a/b; ln -sf x /a/l; ln -f /a/b /a/h; echo $((i=i+1)) > /a/b/f; cp -r /etc /a/etc; rm -rf /a; done'
  await on('run', '-d', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', churn)
  for (let round = 0; round < 4; round++) {
    expect(await on('diff', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await on('export', '-o', 'out.tar', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(runChild('tar', ['-tf', join(directory, 'out.tar')])).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await on('cp', '-q', 'box:/etc', `etc${round}`)).toMatchObject({ exitCode: 0 })
    expect(await on('cp', 'box:/.', `all${round}`)).toMatchObject({ exitCode: 0 })
    expect(treeOf(join(directory, `all${round}/etc`))).toHaveProperty('passwd')
  }
  expect(await on('commit', '-q', 'box', 'live')).toMatchObject({ exitCode: 0 })
  expect(await on('commit', '-q', '-p', 'box', 'still')).toMatchObject({ exitCode: 0 })
  await on('rm', '-f', '-t', '0', 'box')
})
