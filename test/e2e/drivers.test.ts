import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'

describe.each(['overlay', 'fuse-overlayfs', 'vfs'])('--storage-driver %s', (driver) => {
  const RUN = ['--storage-driver', driver, 'run', '--rm', '-q', '--network=none'] as const

  test('writes, changes and deletions stay in their container', async ({ tspod, host }) => {
    const change = [
      'echo changed > /etc/os-release',
      'rm /etc/noexec && ! test -e /etc/noexec',
      'rm -rf /home/alice && mkdir /home/alice && echo new > /home/alice/file',
      'mv /etc/group /etc/group.old && echo moved',
      'chown 1000:1000 /opt && stat -c %u /opt',
      'cat /etc/os-release; ls /home/alice',
    ].join(' && ')
    expect(await tspod(...RUN, 'alpine', 'sh', '-c', change)).toEqual({
      exitCode: 0,
      stdout: 'moved\n1000\nchanged\nfile\n',
      stderr: '',
    })
    const look =
      'head -n 1 /etc/os-release; cat /etc/noexec | wc -l; ls -A /home/alice; stat -c %u /opt; test -e /etc/group'
    expect(await tspod(...RUN, 'alpine', 'sh', '-c', look)).toEqual({
      exitCode: 0,
      stdout: 'ID=test\n2\n0\n',
      stderr: '',
    })
    expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  })

  test('a tmpfs begins as a copy of what it hides', async ({ tspod }) => {
    const look = 'stat -f -c %T /etc; head -n 1 /etc/os-release'
    expect(await tspod(...RUN, '--tmpfs', '/etc', 'alpine', 'sh', '-c', look)).toEqual({
      ...{ exitCode: 0, stdout: 'tmpfs\nID=test\n', stderr: '' },
    })
  })

  test('what a container wrote is there when it runs on, and exec sees it', async ({ tspod }) => {
    await using box = await tspod.start(
      '--storage-driver',
      driver,
      '--network=none',
      '--name',
      'box',
      'alpine',
      'sleep',
      '1000',
    )
    expect(await box.exec('sh', '-c', 'echo kept > /kept; rm /etc/noexec')).toMatchObject({ exitCode: 0 })
    expect(await box.exec('sh', '-c', 'cat /kept; test -e /etc/noexec || echo gone')).toMatchObject({
      stdout: 'kept\ngone\n',
    })
  })

  test('info names it', async ({ tspod }) => {
    const { stdout } = await tspod('--storage-driver', driver, 'info', '-f', '{{.Store.GraphDriverName}}')
    expect(stdout).toBe(`${driver}\n`)
  })
})

test('an unknown driver is refused, with the names of those there are', async ({ tspod }) => {
  expect(await tspod('--storage-driver', 'nonsense', 'info')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('overlay, fuse-overlayfs, vfs'),
  })
})

test('without a choice the best that works is taken, and info says what was tried', async ({ tspod }) => {
  const { store } = JSON.parse((await tspod('info', '--format', 'json')).stdout)
  expect(['overlay', 'fuse-overlayfs']).toContain(store.graphDriverName)
  expect(store.graphDriverTried.map(({ name }: { name: string }) => name)).toEqual(
    store.graphDriverName === 'overlay' ? [] : ['overlay'],
  )
})
