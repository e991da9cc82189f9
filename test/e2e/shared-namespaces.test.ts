import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { RunningContainer, Tspod } from '../support/tspod.ts'

const ONE_SHOT = ['run', '--rm', '-q'] as const
const NUMBERS = 'for n in user net ipc pid uts mnt; do echo $n $(readlink /proc/self/ns/$n); done'

/** Which namespaces a container is in, by name. */
function namespacesIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+) \w+:\[(\d+)\]$/gm)].map(([, name, number]) => [name, number]))
}

async function namespacesOf(box: RunningContainer): Promise<Record<string, string>> {
  return namespacesIn((await box.exec('sh', '-c', NUMBERS)).stdout)
}

const startAs = (tspod: Tspod, name: string): Promise<RunningContainer> =>
  tspod.start('-q', '--network=none', '--name', name, 'alpine', 'sleep', '1000')

describe('namespaces of several containers', () => {
  test('are all entered, with the user namespace of whose processes are seen', async ({ tspod }) => {
    await using a = await startAs(tspod, 'a')
    await using b = await startAs(tspod, 'b')
    await using c = await startAs(tspod, 'c')
    const [ofA, ofB, ofC] = [await namespacesOf(a), await namespacesOf(b), await namespacesOf(c)]
    await b.exec('sh', '-c', 'echo of b > /dev/shm/file')
    const joins = ['--network=container:a', '--ipc=container:b', '--pid=container:c']
    const script = `${NUMBERS}; cat /dev/shm/file; ps -o args | grep -c 'sleep 1000'; ls /sys/class/net; touch /dev/mqueue/made`
    await using box = await tspod.start('-q', ...joins, 'alpine', 'sh', '-c', `${script}; sleep 999`)
    const { stdout } = await tspod('logs', box.id)
    const { mnt, uts, ...shared } = namespacesIn(stdout)
    expect(shared).toEqual({ user: ofC['user'], net: ofA['net'], ipc: ofB['ipc'], pid: ofC['pid'] })
    expect([ofA, ofB, ofC].flatMap((one) => [one['mnt'], one['uts']])).not.toContain(mnt)
    expect(uts).not.toBe(ofC['uts'])
    expect(stdout).toMatch(/\nof b\n\d\nlo\n$/)
    expect((await b.exec('ls', '/dev/mqueue')).stdout).toBe('made\n')
    expect(namespacesIn((await box.exec('sh', '-c', NUMBERS)).stdout)).toMatchObject(shared)
    expect((await tspod('inspect', '--format', '{{len .Dependencies}}', box.id)).stdout).toBe('3\n')
    await tspod('rm', '-f', '-t', '0', box.id)
  })

  test('go with a user namespace of its own, or that of another one', async ({ tspod }) => {
    await using a = await startAs(tspod, 'a')
    await using b = await startAs(tspod, 'b')
    const [ofA, ofB] = [await namespacesOf(a), await namespacesOf(b)]
    const run = async (...options: string[]) =>
      await tspod(...ONE_SHOT, ...options, 'alpine', 'sh', '-c', `${NUMBERS}; ps -o args`)
    const kept = await run('--network=none', '--pid=container:a', '--userns=keep-id')
    expect(kept).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('sleep 1000') })
    expect(namespacesIn(kept.stdout)).toMatchObject({ pid: ofA['pid'] })
    expect(namespacesIn(kept.stdout)['user']).not.toBe(ofA['user'])
    const others = await run('--network=container:b', '--pid=container:a', '--userns=container:b')
    expect(others).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('sleep 1000') })
    expect(namespacesIn(others.stdout)).toMatchObject({ pid: ofA['pid'], net: ofB['net'], user: ofB['user'] })
  })
})

describe('/dev/shm', () => {
  const inShm = (command: string, ...options: string[]) => [...ONE_SHOT, ...options, 'alpine', 'sh', '-c', command]

  test('is shared with the message queues', async ({ tspod }) => {
    await using a = await startAs(tspod, 'a')
    await a.exec('sh', '-c', 'echo one > /dev/shm/file')
    const ran = await tspod(
      ...inShm('cat /dev/shm/file; echo two >> /dev/shm/file', '--network=none', '--ipc=container:a'),
    )
    expect(ran).toEqual({ exitCode: 0, stdout: 'one\n', stderr: '' })
    expect((await a.exec('cat', '/dev/shm/file')).stdout).toBe('one\ntwo\n')
    const word = `tspod-${process.pid}`
    const ofHost = await tspod(...inShm(`touch /dev/shm/${word}`, '--network=none', '--ipc=host'))
    expect(ofHost).toMatchObject({ exitCode: 0 })
    rmSync(`/dev/shm/${word}`)
  })

  test('is not followed where a container has made a link or something else of it', async ({ tspod, directory }) => {
    mkdirSync(join(directory, 'disk'))
    const start = (name: string, script: string) =>
      tspod.start(
        '-q',
        '--network=none',
        '--cap-add=sys_admin',
        '--name',
        name,
        '-v',
        './disk:/disk',
        'alpine',
        'sh',
        '-c',
        `${script}; sleep 1000`,
      )
    await using link = await start('link', 'umount /dev/shm; rmdir /dev/shm; ln -s /etc /dev/shm; touch /disk/linked')
    await using disk = await start('disk', 'mount --bind /disk /dev/shm; touch /disk/bound')
    for (const [owner, name, words] of [
      [link, 'link', 'too many'],
      [disk, 'disk', 'it has no file system in memory there'],
    ] as const) {
      await expect
        .poll(async () => (await owner.exec('ls', '/disk')).stdout)
        .toContain(name === 'link' ? 'linked' : 'bound')
      const ran = await tspod(...inShm('ls /dev/shm', '--network=none', `--ipc=container:${name}`))
      expect(ran).toMatchObject({
        exitCode: 125,
        stdout: '',
        stderr: expect.stringContaining('could not share /dev/shm of the other container: '),
      })
      expect(ran.stderr).toContain(words)
    }
  })
})

test.for(['pasta', 'slirp4netns'])(
  'a network of its own from %s goes with the pids of another',
  async (network, { tspod }) => {
    await using _a = await startAs(tspod, 'a')
    const ran = await tspod(...ONE_SHOT, `--network=${network}`, '--pid=container:a', 'alpine', 'ls', '/sys/class/net')
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ran.stdout.trim().split('\n')).toHaveLength(2)
  },
)
