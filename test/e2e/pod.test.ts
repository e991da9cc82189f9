import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

const LOOK = 'hostname; for n in user net ipc uts pid mnt; do readlink /proc/self/ns/$n; done'

/** The statuses of all pods, by their names. */
async function statuses(tspod: Tspod): Promise<string> {
  return (await tspod('pod', 'ps', '--format', '{{.Name}} {{.Status}} {{.ContainerStatuses}}')).stdout
}

/** A pod without a network of its own, which takes less time, with a container that sleeps. */
async function startPod(tspod: Tspod, ...options: string[]): Promise<void> {
  expect(await tspod('pod', 'create', '--name', 'shop', '--network=none', ...options)).toMatchObject({ exitCode: 0 })
  await tspod.start('-q', '--pod', 'shop', '--name', 'web', 'alpine', 'sleep', '1000')
}

describe('containers of a pod', () => {
  test('share loopback, queues, /dev/shm and the host name, and a port of the pod leads to them', async ({ tspod }) => {
    const made = await tspod('pod', 'create', '--name', 'shop', '-p', '80', '--add-host', 'db:127.0.0.1')
    expect(made).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) })
    const serve = 'while :; do echo of web | nc -l -p 80; done'
    await tspod.start('-q', '--pod', 'shop', '--name', 'web', 'alpine', 'sh', '-c', `${LOOK}; ${serve}`)
    const script = 'until nc db 80 </dev/null; do :; done; echo in memory > /dev/shm/file; touch /dev/mqueue/queue'
    const peer = await tspod('run', '--rm', '-q', '--pod', 'shop', 'alpine', 'sh', '-c', `${LOOK}; ${script}`)
    const [name, user, net, ipc, uts, pid, mnt, ...served] = peer.stdout.trim().split('\n')
    expect([peer.exitCode, name, served]).toEqual([0, 'shop', ['of web']])
    const ofWeb = (await tspod('logs', 'web')).stdout.trim().split('\n')
    expect(ofWeb.slice(0, 5)).toEqual(['shop', user, net, ipc, uts])
    expect(ofWeb).not.toContain(pid)
    expect(ofWeb).not.toContain(mnt)
    expect((await tspod('exec', 'web', 'cat', '/dev/shm/file')).stdout).toBe('in memory\n')
    expect((await tspod('exec', 'web', 'ls', '/dev/mqueue')).stdout).toBe('queue\n')
    const [, port] = /^0\.0\.0\.0:(\d+)\n$/.exec((await tspod('port', 'web', '80')).stdout) ?? []
    await expect.poll(() => askPort(Number(port))).toBe('of web\n')
    expect((await tspod('ps', '--filter', 'name=web', '--format', '{{.Ports}}')).stdout).toContain(`:${port}->80/tcp`)
    await tspod('pod', 'create', '--name', 'rival', '-p', `${port}:80`)
    const rival = await tspod('pod', 'start', 'rival')
    expect(rival.stderr).toContain(`port ${port}/tcp of the host is that of the pod shop [E_PORT_IN_USE]`)
    expect(rival.stderr).toContain('stop it with "tspod pod stop shop"')
    const update = await tspod('update', '--publish-add', '81', 'web')
    expect(update.stderr).toContain('to container web: its network is that of the pod shop [E_NETWORK_MODE]')
    await tspod('pod', 'rm', 'rival')
    const explained = await tspod('run', '--explain', '--pod', 'shop', 'alpine', 'true')
    expect(explained).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('enter the namespaces of') })
    expect((await tspod('pod', 'ps', '--format', '{{.NumberOfContainers}}')).stdout).toBe('2\n')
  })

  test('see each other and have its volumes and ids where the pod says so', async ({ tspod }) => {
    await startPod(tspod, '--share=+pid', '--userns=auto:size=2000', '-v', 'data:/data', '--label', 'tier=front')
    const script = 'ps -o args; touch /data/file; cat /proc/self/uid_map'
    const ran = await tspod('run', '--rm', '-q', '--pod', 'shop', 'alpine', 'sh', '-c', script)
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\nsleep 1000\n') })
    expect(ran.stdout).toMatch(/^ +0 +\d+ +2000$/m)
    expect((await tspod('exec', 'web', 'ls', '/data')).stdout).toBe('file\n')
    expect((await tspod('pod', 'ps', '-q')).stdout).toMatch(/^[0-9a-f]{64}\n$/)
    expect((await tspod('pod', 'ps', '--format', '{{.Labels}} {{.Restarts}}')).stdout).toBe('map[tier:front] 0\n')
    const top = await tspod('pod', 'top', 'shop', 'pid,comm')
    expect(top.stdout.match(/ sleep$/gm)).toHaveLength(1)
    const inspect = JSON.parse((await tspod('pod', 'inspect', 'shop')).stdout)
    expect(inspect).toMatchObject([
      { Name: 'shop', State: 'Running', NumContainers: 2, ExitPolicy: 'continue', Labels: { tier: 'front' } },
    ])
    expect(inspect[0].SharedNamespaces).toEqual(['ipc', 'net', 'pid', 'uts'])
    expect((await tspod('inspect', '-f', '{{.Pod}}', 'web')).stdout.trim()).toBe(inspect[0].Id)
  })

  test('are told what is for the pod to have, and what there is not', async ({ tspod, host }) => {
    await tspod('pod', 'create', '--name', 'shop', '--network=none')
    const before = host.traces()
    for (const [words, code] of [
      [['--pod', 'none'], 'E_POD_NOT_FOUND'],
      [['--pod', 'shop', '-p', '80:80'], 'E_POD_OPTION'],
      [['--pod', 'shop', '--hostname', 'x'], 'E_POD_OPTION'],
      [['--pod', 'shop', '--name', 'shop'], 'E_NAME_IN_USE'],
      [['--pod', 'new:shop'], 'E_NAME_IN_USE'],
      [['--pod', 'new:other', '-p', 'x'], 'E_BAD_PORT'],
      [['--pod', 'new:other', '--memory', 'x'], 'E_BAD_SIZE'],
      [['--pod-id-file', '/dev/null'], 'E_POD_ID_FILE'],
      [['--pod', 'shop', '--pod-id-file', 'x'], 'E_BAD_ARGUMENTS'],
    ] as const) {
      const ran = await tspod('run', '--rm', '-q', ...words, 'alpine', 'true')
      expect(ran, words.join(' ')).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(`[${code}]`) })
    }
    for (const [words, code] of [
      [['--name', '../up'], 'E_BAD_NAME'],
      [['--share=net,mnt'], 'E_BAD_SHARE'],
      [['--network=missing'], 'E_NETWORK_NOT_FOUND'],
      [['--infra=false', '-p', '80:80'], 'E_POD_WITHOUT_INFRA'],
      [['--restart=sometimes'], 'E_BAD_RESTART'],
      [['--replace'], 'E_BAD_ARGUMENTS'],
    ] as const) {
      const made = await tspod('pod', 'create', ...words)
      expect(made, words.join(' ')).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(`[${code}]`) })
    }
    expect(host.traces()).toEqual(before)
    expect(await statuses(tspod)).toBe('shop Created created\n')
  })
})

describe('run --pod new:', () => {
  test('makes the pod with the ports and the name, which others join by its id', async ({ tspod, directory }) => {
    await tspod.start('-q', '--pod', 'new:shop', '-p', '80', '--stop-timeout=0', 'alpine', 'sleep', '1000')
    expect((await tspod('pod', 'inspect', '-f', '{{.InfraConfig.PortBindings}}', 'shop')).stdout).toContain('80/tcp')
    const id = join(directory, 'pod-id')
    expect(await tspod('pod', 'create', '--name', 'shop', '--replace', '--pod-id-file', id)).toMatchObject({
      exitCode: 0,
    })
    expect(await statuses(tspod)).toBe('shop Created created\n')
    expect(readFileSync(id, 'utf8').trim()).toBe((await tspod('pod', 'inspect', '-f', '{{.Id}}', 'shop')).stdout.trim())
    const ran = await tspod('run', '--rm', '-q', '--pod-id-file', id, 'alpine', 'hostname')
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'shop\n' })
    expect(await statuses(tspod)).toBe('shop Running running\n')
  })
})

describe('what is done to a pod', () => {
  test('is done to its containers', async ({ tspod }) => {
    await startPod(tspod)
    await tspod('create', '-q', '--pod', 'shop', '--name', 'db', 'alpine', 'sh', '-c', 'echo ready; sleep 1000')
    expect(await statuses(tspod)).toBe('shop Degraded running,running,created\n')
    const pod = async (verb: string, ...options: string[]): Promise<string> => {
      const done = await tspod('pod', verb, ...options, 'shop')
      expect(done, verb).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) })
      return await statuses(tspod)
    }
    expect(await pod('start')).toBe('shop Running running,running,running\n')
    await expect.poll(async () => (await tspod('pod', 'logs', '--names', 'shop')).stdout).toBe('db ready\n')
    const sleepers = async () => (await tspod('pod', 'top', 'shop', 'comm')).stdout.match(/^sleep$/gm)
    await expect.poll(sleepers).toHaveLength(2)
    const stats = await tspod('pod', 'stats', '--no-stream', '--format', '{{.Name}}', 'shop')
    expect(stats.stdout.trim().split('\n').slice(1)).toEqual(['web', 'db'])
    expect(await pod('pause')).toBe('shop Paused paused,paused,paused\n')
    expect(await pod('unpause')).toBe('shop Running running,running,running\n')
    const pids = async () => (await tspod('ps', '--filter', 'pod=shop', '--format', '{{.Pid}}')).stdout.split('\n')
    const before = await pids()
    expect(await pod('restart', '-t', '0')).toBe('shop Running running,running,running\n')
    expect((await pids()).filter((pid) => pid !== '' && before.includes(pid))).toEqual([])
    expect(await tspod('pod', 'rm', 'shop')).toMatchObject({ stderr: expect.stringContaining('[E_POD_RUNNING]') })
    await pod('kill')
    await expect.poll(() => statuses(tspod)).toBe('shop Exited exited,exited,exited\n')
    const killed = await tspod('pod', 'kill', 'shop')
    expect(killed).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('[E_POD_STATE]') })
    expect(await pod('start')).toBe('shop Running running,running,running\n')
    expect(await pod('stop', '-t', '0')).toBe('shop Exited exited,exited,exited\n')
    expect(await tspod('pod', 'exists', 'shop')).toMatchObject({ exitCode: 0 })
    await pod('rm')
    expect(await tspod('pod', 'exists', 'shop')).toMatchObject({ exitCode: 1 })
    expect((await tspod('ps', '-aq')).stdout).toBe('')
    const events = (await tspod('events', '--stream=false', '--filter', 'type=pod', '--format', '{{.Status}}')).stdout
    expect(events.trim().split('\n').join(' ')).toBe('create start pause unpause start restart kill start stop remove')
  })

  test('leaves nothing behind, whichever way it goes', async ({ tspod, host }) => {
    const nothing = { mounts: [], processes: [], files: [] }
    for (const remove of [
      ['pod', 'rm', '-f', '-t', '0', '-a'],
      ['rm', '-f', '-a', '-t', '0'],
      ['pod', 'prune', '-f'],
      ['system', 'prune', '-f'],
    ]) {
      await startPod(tspod)
      if (remove.includes('prune')) await tspod('pod', 'stop', '-t', '0', '-l')
      expect(await tspod(...remove), remove.join(' ')).toMatchObject({ exitCode: 0, stderr: '' })
      expect((await tspod('pod', 'ps', '-q')).stdout, remove.join(' ')).toBe('')
      await expect.poll(() => host.traces()).toEqual(nothing)
    }
  })
})

describe('the holder of a pod', () => {
  test('comes with any of the others, and with the exit policy stop goes with the last', async ({ tspod }) => {
    await startPod(tspod, '--exit-policy=stop', '--infra-name', 'holder')
    await tspod('create', '-q', '--pod', 'shop', '--name', 'db', 'alpine', 'sleep', '1000')
    expect(await tspod('stop', '-t', '0', 'web')).toMatchObject({ exitCode: 0 })
    expect(await statuses(tspod)).toBe('shop Stopped exited,exited,created\n')
    expect(await tspod('start', 'db', 'web')).toMatchObject({ exitCode: 0 })
    expect(await statuses(tspod)).toBe('shop Running running,running,running\n')
    await tspod('kill', 'web')
    await expect.poll(() => statuses(tspod)).toBe('shop Degraded running,exited,running\n')
    await tspod('kill', 'db')
    await expect.poll(() => statuses(tspod)).toBe('shop Exited exited,exited,exited\n')
    for (const refused of [
      ['rm', 'holder'],
      ['rm', '-f', 'holder'],
    ]) {
      const ran = await tspod(...refused)
      expect(ran).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('[E_POD_INFRA]') })
    }
    expect((await tspod('container', 'prune', '-f')).stdout.trim().split('\n')).toHaveLength(2)
    expect(await statuses(tspod)).toBe('shop Exited exited\n')
  })

  test('leaves the others running when it is killed, and is there again with the next start', async ({ tspod }) => {
    await startPod(tspod, '--infra-name', 'holder')
    await tspod('kill', 'holder')
    await expect.poll(() => statuses(tspod)).toBe('shop Degraded exited,running\n')
    expect(await tspod('run', '--rm', '-q', '--pod', 'shop', 'alpine', 'hostname')).toMatchObject({ stdout: 'shop\n' })
    expect(await statuses(tspod)).toBe('shop Running running,running\n')
  })

  test('need not be there', async ({ tspod }) => {
    await tspod('pod', 'create', '--name', 'loose', '--infra=false')
    const ran = await tspod('run', '-q', '--name', 'one', '--network=none', '--pod', 'loose', 'alpine', 'hostname')
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{12}\n$/) })
    expect((await tspod('ps', '-a', '--pod', '--filter', 'pod=loose')).stdout).toMatch(/ one +[0-9a-f]{12} +loose\n/)
    expect(await statuses(tspod)).toBe('loose Exited exited\n')
  })
})

/** What is read there until the other side closes; '' where nobody is. */
function askPort(port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(''))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
  })
}
