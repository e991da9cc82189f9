import { statSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { type Result, resultOf, TSPOD } from '../support/tspod.ts'

test("the caller's umask is for files of the caller's, and reaches no container, volume or image", async ({
  tspod,
  directory,
}) => {
  await tspod('pull', '-q', 'alpine')
  const closed = (...args: string[]): Promise<Result> => {
    const words = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...args]
    return resultOf(
      startChild('/bin/sh', ['-c', 'umask 077; exec "$@"', 'sh', ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: directory,
      }),
    )
  }
  await tspod.with({ input: 'hidden' }, 'secret', 'create', 'word', '-')
  const look = 'head -c 0 /a/b/c; cat /run/secrets/word; stat -c "%a %n" /a /run /new/dir /d; pwd; umask; touch /d/file'
  const flags = [
    '--network=none',
    '-u',
    '5',
    '-v',
    '/etc/hostname:/a/b/c:ro',
    '--secret',
    'word,uid=5',
    '-w',
    '/new/dir',
  ]
  const files = ['--cidfile', 'cid', '--pidfile', join(directory, 'pid')]
  const box = ['run', '--name', 'box', '-v', 'data:/d:U', ...flags, ...files, 'alpine', 'sh', '-c', look]
  expect(await closed(...box)).toEqual({
    exitCode: 0,
    stdout: 'hidden755 /a\n755 /run\n755 /new/dir\n755 /d\n/new/dir\n0022\n',
    stderr: '',
  })
  await closed('volume', 'create', 'more')
  const mounted = (await tspod('volume', 'inspect', '--format', '{{.Mountpoint}}', 'data', 'more')).stdout.trimEnd()
  expect(mounted.split('\n').map(modeOf)).toEqual(['755', '755'])

  await closed('commit', '-q', '--iidfile', 'iid', 'box', 'kept')
  expect((await tspod('run', '--rm', '--network=none', 'kept', 'stat', '-c', '%a', '/a')).stdout).toBe('755\n')
  await closed('save', '-q', '-o', 'image.tar', 'kept')
  await closed('save', '-q', '--format', 'oci-dir', '-o', 'layout', 'kept')
  await closed('export', '-o', 'box.tar', 'box')
  await closed('volume', 'export', '-o', 'data.tar', 'data')
  await closed('unshare', 'touch', 'touched')
  const made = ['cid', 'pid', 'iid', 'image.tar', 'layout', 'layout/index.json', 'box.tar', 'data.tar', 'touched']
  expect(made.map((name) => `${modeOf(join(directory, name))} ${name}`)).toEqual(
    made.map((name) => `${name === 'layout' ? '700' : '600'} ${name}`),
  )
})

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}
