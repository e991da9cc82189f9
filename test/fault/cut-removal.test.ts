import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'

test('a container whose removal was killed is taken for one by nobody, and goes with the next rm', async ({
  tspod,
  host,
}) => {
  const { stdout } = await tspod('create', '--name', 'box', '--network=none', 'alpine', 'true')
  const containers = join(tspod.root, 'containers')
  renameSync(join(containers, stdout.trim()), join(containers, `${stdout.trim()}.gone`))

  for (const command of [
    ['start', 'box'],
    ['start', '-a', 'box'],
    ['init', 'box'],
    ['restart', 'box'],
    ['commit', 'box', 'made'],
    ['commit', '--squash', 'box', 'made'],
    ['export', '-o', join(tspod.runroot, 'made.tar'), 'box'],
    ['diff', 'box'],
    ['cp', 'box:/etc', tspod.runroot],
  ]) {
    const stderr = expect.stringMatching(
      /^error: the files of container box are gone: it was being removed \[E_CONTAINER_INCOMPLETE\]\nhint: .*\n$/,
    )
    expect(await tspod(...command), command.join(' ')).toEqual({ exitCode: 125, stdout: '', stderr })
  }
  expect(existsSync(join(tspod.runroot, 'made.tar'))).toBe(false)
  expect(await tspod('image', 'exists', 'made')).toMatchObject({ exitCode: 1 })
  for (const command of [
    ['ps', '-a', '--size'],
    ['logs', 'box'],
    ['inspect', '--size', 'box'],
  ]) {
    expect(await tspod(...command), command.join(' ')).toMatchObject({ exitCode: 0, stderr: '' })
  }

  expect((await tspod('system', 'check')).stdout).toBe('container box: its directory is missing\n')

  expect(await tspod('rm', 'box')).toEqual({ exitCode: 0, stdout: 'box\n', stderr: '' })
  expect(readdirSync(containers)).toEqual([])
  mkdirSync(join(containers, `${stdout.trim()}.gone/upper`), { recursive: true })
  expect(await tspod('system', 'prune', '-f')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(readdirSync(containers)).toEqual([])
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})

test('where the removal of a pod was killed, what is said removes the rest of it', async ({ tspod, host }) => {
  const pod = (await tspod('pod', 'create', '--name', 'pod', '--share', 'ipc')).stdout.slice(0, 12)
  const { stdout } = await tspod('pod', 'inspect', '--format', '{{.InfraContainerID}}', 'pod')
  const containers = join(tspod.root, 'containers')
  renameSync(join(containers, stdout.trim()), join(containers, `${stdout.trim()}.gone`))
  const removal = ['pod', 'rm', '-f', pod]
  for (const command of [
    ['pod', 'start', 'pod'],
    ['system', 'check', '--repair'],
    ['system', 'check', '--repair', '--force'],
  ]) {
    const { exitCode, stdout, stderr } = await tspod(...command)
    expect(exitCode).toBe(125)
    expect(`${stdout}${stderr}`, command.join(' ')).toContain(`"tspod ${removal.join(' ')}"`)
  }
  expect(await tspod(...removal)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod('system', 'check')).toMatchObject({ exitCode: 0, stdout: '' })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})
