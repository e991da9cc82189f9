import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { resultOf, TSPOD } from '../support/tspod.ts'

// biome-ignore format: a table
test.for([
  // argv                                      exit  stdout
  [['true'],                                      0, ''],
  [['sh', '-c', 'exit 32'],                      32, ''],
  [['sh', '-c', 'exit 255'],                    255, ''],
  [['echo', 'hello'],                             0, 'hello\n'],
  [['printf', '%s|', 'a b', '', '-la'],           0, 'a b||-la|'],
  [['sh', '-c', 'sleep 100 & kill -9 $!; wait $!'], 137, ''],
  [['sh', '-c', 'kill -TERM $PPID; kill -15 $$; sleep 1; exit 4'], 4, ''],
  [['/no/such/command'],                        127, ''],
  [['no-such-command'],                         127, ''],
  [['/etc'],                                    126, ''],
  [['/etc/noexec'],                             126, ''],
] as const)('run --rm alpine %j exits %i', async ([argv, exitCode, stdout], { tspod }) => {
  expect(await tspod('run', '--rm', '--network=none', 'alpine', ...argv)).toMatchObject({ exitCode, stdout })
})

test('stdout and stderr stay apart, and stdin arrives with -i only', async ({ tspod }) => {
  const script = 'cat; echo out; echo err >&2'
  const withInput = await tspod.with(
    { input: 'given\n' },
    'run',
    '-i',
    '--rm',
    '-q',
    '--network=none',
    'alpine',
    'sh',
    '-c',
    script,
  )
  expect(withInput).toEqual({ exitCode: 0, stdout: 'given\nout\n', stderr: 'err\n' })
  const without = await tspod.with(
    { input: 'given\n' },
    'run',
    '--rm',
    '-q',
    '--network=none',
    'alpine',
    'sh',
    '-c',
    script,
  )
  expect(without).toEqual({ exitCode: 0, stdout: 'out\n', stderr: 'err\n' })
})

test('without a launcher from bin/tspod node starts one itself', async ({ tspod }) => {
  const roots = ['--root', tspod.root, '--runroot', tspod.runroot]
  const self = ['unshare', process.execPath, join(TSPOD, '../../dist/tspod.cjs'), ...roots]
  const script = 'cat; echo err >&2; exit 3'
  const ran = await tspod.with({ input: 'in\n' }, ...self, 'run', '-qi', '--rm', 'alpine', 'sh', '-c', script)
  expect(ran).toEqual({ exitCode: 3, stdout: 'in\n', stderr: 'err\n' })
  const { stdout } = await tspod(...self, 'run', '-d', 'alpine', 'sh', '-c', 'read x; echo "$x" end')
  const id = stdout.trim()
  expect(await tspod('wait', id)).toMatchObject({ stdout: '0\n' })
  expect(await tspod('logs', id)).toMatchObject({ stdout: ' end\n' })
  expect(await tspod(...self, 'run', '--rm', '--network=none', 'alpine', '/etc')).toMatchObject({ exitCode: 126 })
})

test('options end at the image name, short ones combine', async ({ tspod }) => {
  const { stdout } = await tspod(
    'run',
    '-qi',
    '--rm',
    '--network=none',
    'alpine',
    'echo',
    '-n',
    '--rm',
    '-v',
    '--network=nonsense',
  )
  expect(stdout).toBe('--rm -v --network=nonsense')
})

test('megabytes pass through in both directions without a byte changed', async ({ tspod }) => {
  const input = Buffer.alloc(5 << 20, 'abcdefghijklmnopqrstuvwxyz\0\xff', 'latin1')
  const child = tspod.spawn(['run', '-i', '--rm', '-q', '--network=none', 'alpine', 'cat'])
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin?.end(input)
  await new Promise((resolve) => child.once('close', resolve))
  expect(Buffer.concat(chunks).equals(input)).toBe(true)
})

test('a reader that leaves ends the writer, as in a pipeline', async ({ tspod, host, directory }) => {
  await tspod('pull', '-q', 'alpine')
  const child = tspod.spawn(['run', '--rm', '--network=none', 'alpine', 'yes'])
  child.stdout?.once('data', () => child.stdout?.destroy())
  await new Promise((resolve) => child.once('exit', resolve))
  expect(host.traces()).toMatchObject({ mounts: [], processes: [] })
  expect(existsSync(join(directory, 'root/containers'))).toBe(true)
})

describe('what the process sees', () => {
  const sees = (options: readonly string[], script: string) => [options, script] as const

  test("defaults: root, its home, podman's PATH, container=, a host name", async ({ tspod }) => {
    const { stdout } = await tspod(
      'run',
      '--rm',
      '-q',
      '--network=none',
      'alpine',
      'sh',
      '-c',
      'id -u; id -g; echo $HOME; echo $PATH; echo $container; hostname; echo $TERM; pwd; umask',
    )
    expect(stdout.split('\n')).toEqual([
      '0',
      '0',
      '/root',
      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'oci',
      expect.stringMatching(/^[0-9a-f]{12}$/),
      '',
      '/',
      '0022',
      '',
    ])
  })

  // biome-ignore format: a table
  test.for([
    [sees(['-e', 'A=1', '-e', 'B=x y'], 'echo $A $B'),                   '1 x y\n'],
    [sees(['-w', '/opt/new/deep'], 'pwd'),                                '/opt/new/deep\n'],
    [sees(['-u', 'alice'], 'id -u; id -g; id -G; echo $HOME'),            '1000\n1000\n1000 10 29\n/home/alice\n'],
    [sees(['-u', '1234:5678'], 'id -u; id -g'),                           '1234\n5678\n'],
    [sees(['-u', 'alice:audio'], 'id -u; id -g'),                         '1000\n29\n'],
    [sees(['--hostname', 'box'], 'hostname; cat /etc/hostname; grep -c box /etc/hosts'), 'box\nbox\n1\n'],
    [sees(['--entrypoint', '/bin/echo'], 'said'),                         '-c said\n'],
    [sees(['--read-only'], 'touch /x 2>/dev/null || echo refused; touch /dev/shm/x && echo shm'), 'refused\nshm\n'],
    [sees(['--tmpfs', '/scratch:size=1m'], 'stat -f -c %T /scratch; touch /scratch/x && echo ok'), 'tmpfs\nok\n'],
    [sees(['--shm-size', '1m'], 'df -k /dev/shm | tail -1 | awk "{print \\$2}"'), '1024\n'],
    [sees(['--ulimit', 'nofile=512:1000'], 'ulimit -Sn; ulimit -Hn'),     '512\n1000\n'],
    [sees(['--init'], 'echo $PPID'),                                      '1\n'],
    [sees(['--read-only'], 'readlink /etc/mtab'),                         '/proc/mounts\n'],
    [sees(['--network=none'], 'ls /sys/class/net'),                       'lo\n'],
    [sees(['--add-host', 'db:10.1.2.3'], 'grep -w db /etc/hosts'),        '10.1.2.3\tdb\n'],
  ] as const)('%j', async ([[options, script], stdout], { tspod }) => {
    const network = options.some((option) => option.startsWith('--network')) ? [] : ['--network=none']
    const argv = options[0] === '--entrypoint' ? ['-c', script] : ['sh', '-c', script]
    const result = await tspod('run', '--rm', '-q', ...network, ...options, 'alpine', ...argv)
    expect(result).toEqual({ exitCode: 0, stdout, stderr: '' })
  })

  test('an environment file, and variables of the caller', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'env'), '# comment\nFROM_FILE=a b\nBOTH=file\n')
    const { stdout } = await tspod.with(
      { env: { CALLER: 'mine' } },
      'run',
      '--rm',
      '-q',
      '--network=none',
      '--env-file',
      'env',
      '-e',
      'BOTH=flag',
      '-e',
      'CALLER',
      'alpine',
      'sh',
      '-c',
      'echo $FROM_FILE $BOTH $CALLER',
    )
    expect(stdout).toBe('a b flag mine\n')
  })

  test('an environment file that does not exist is our error, not one of node', async ({ tspod }) => {
    for (const flag of [['--env-file', '/no/such/file'], ['--env-file=/no/such/file']]) {
      expect(await tspod('run', '--rm', ...flag, 'alpine', 'true')).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining('[E_OPTION_FILE]'),
      })
    }
  })
})

describe('volumes', () => {
  test("a bind mount is the caller's directory, and ro means it", async ({ tspod, directory }) => {
    mkdirSync(join(directory, 'data'))
    writeFileSync(join(directory, 'data/in'), 'from outside')
    const script = 'cat /data/in; echo -n from inside > /data/out; touch /ro/x 2>/dev/null || echo " refused"'
    const result = await tspod(
      'run',
      '--rm',
      '-q',
      '--network=none',
      '-v',
      './data:/data',
      '-v',
      `${directory}/data:/ro:ro`,
      'alpine',
      'sh',
      '-c',
      script,
    )
    expect(result).toEqual({ exitCode: 0, stdout: 'from outside refused\n', stderr: '' })
    expect(readFileSync(join(directory, 'data/out'), 'utf8')).toBe('from inside')
    expect(statSync(join(directory, 'data/out')).uid).toBe(process.getuid?.())
  })

  test('a single file can be bound', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'one'), 'just this')
    const { stdout } = await tspod(
      'run',
      '--rm',
      '-q',
      '--network=none',
      '-v',
      `${directory}/one:/etc/deep/one:ro`,
      'alpine',
      'cat',
      '/etc/deep/one',
    )
    expect(stdout).toBe('just this')
  })

  test('a named volume keeps its content from one container to the next', async ({ tspod }) => {
    await tspod('run', '--rm', '--network=none', '-v', 'keep:/data', 'alpine', 'sh', '-c', 'echo kept > /data/file')
    expect(
      await tspod('run', '--rm', '-q', '--network=none', '-v', 'keep:/data:ro', 'alpine', 'cat', '/data/file'),
    ).toMatchObject({ stdout: 'kept\n' })
  })
})

describe('detached', () => {
  test('-d prints the id, writes the files, and the container goes on', async ({ tspod, directory }) => {
    const result = await tspod(
      'run',
      '-d',
      '--network=none',
      '--name',
      'bg',
      '--cidfile',
      'cid',
      '--pidfile',
      'pid',
      '--label',
      'a=b',
      'alpine',
      'sleep',
      '1000',
    )
    expect(result.stdout).toMatch(/^[0-9a-f]{64}\n$/)
    const id = result.stdout.trim()
    expect(readFileSync(join(directory, 'cid'), 'utf8')).toBe(id)
    expect(readFileSync(`/proc/${readFileSync(join(directory, 'pid'), 'utf8')}/cmdline`, 'utf8')).toBe(
      'sleep\x001000\0',
    )
    expect((await tspod('ps', '-q')).stdout).toBe(`${id.slice(0, 12)}\n`)
    expect(JSON.parse((await tspod('inspect', 'bg')).stdout)[0]).toMatchObject({
      Id: id,
      Name: 'bg',
      State: { Status: 'running' },
      Config: { Labels: { a: 'b' } },
    })
    expect(await tspod('stop', '-t', '0', 'bg')).toMatchObject({ exitCode: 0, stdout: 'bg\n' })
    expect((await tspod('ps', '-aq')).stdout).toBe(`${id.slice(0, 12)}\n`)
    expect(await tspod('wait', 'bg')).toMatchObject({ stdout: '137\n' })
    expect(await tspod('rm', 'bg')).toMatchObject({ exitCode: 0 })
  })

  test('with --rm it is gone once it has ended', async ({ tspod, host }) => {
    await tspod('run', '-d', '--rm', '--network=none', '--name', 'short', 'alpine', 'sleep', '1000')
    expect(await tspod('stop', '-t', '0', 'short')).toMatchObject({ exitCode: 0 })
    expect(await tspod('inspect', 'short')).toMatchObject({ exitCode: 125 })
    expect(host.traces()).toMatchObject({ mounts: [] })
  })

  test('its output is in the log, stream by stream', async ({ tspod }) => {
    await tspod(
      'run',
      '-d',
      '--network=none',
      '--name',
      'talker',
      'alpine',
      'sh',
      '-c',
      'echo out; echo err >&2; printf partial',
    )
    await tspod('wait', 'talker')
    expect(await tspod('logs', 'talker')).toEqual({ exitCode: 0, stdout: 'out\npartial', stderr: 'err\n' })
    expect((await tspod('logs', '-f', '--tail', '1', 'talker')).stdout).toBe('partial')
  })

  test('logs -f follows until the container ends', async ({ tspod }) => {
    await tspod(
      'run',
      '-d',
      '--network=none',
      '--name',
      'slow',
      'alpine',
      'sh',
      '-c',
      'echo one; while ! [ -e /go ]; do sleep 0.05; done; echo two',
    )
    const follower = tspod.spawn(['logs', '-f', 'slow'])
    await new Promise((resolve) => follower.stdout?.once('data', resolve))
    const rest = resultOf(follower)
    await tspod('exec', 'slow', 'touch', '/go')
    expect(await rest).toMatchObject({ exitCode: 0, stdout: 'two\n' })
  })
})

describe('signals', () => {
  test('SIGTERM to a foreground run reaches the container', async ({ tspod }) => {
    const child = tspod.spawn([
      'run',
      '--rm',
      '-q',
      '--network=none',
      'alpine',
      'sh',
      '-c',
      'trap "echo caught; exit 9" TERM; echo ready; while :; do sleep 0.05; done',
    ])
    const result = resultOf(child)
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill('SIGTERM')
    expect(await result).toMatchObject({ exitCode: 9, stdout: 'ready\ncaught\n' })
  })

  test('kill sends what it is told, stop the stop signal', async ({ tspod }) => {
    const trap = 'trap "echo usr1" USR1; trap "echo quit; exit 0" QUIT; echo ready; while :; do sleep 0.05; done'
    await using box = await tspod.start(
      '--network=none',
      '--name',
      'trap',
      '--stop-signal',
      'QUIT',
      'alpine',
      'sh',
      '-c',
      trap,
    )
    const follower = tspod.spawn(['logs', '-f', box.id])
    const log = resultOf(follower)
    await new Promise((resolve) => follower.stdout?.once('data', resolve))
    await tspod('kill', '-s', 'USR1', 'trap')
    await tspod('stop', 'trap')
    expect(await tspod('wait', 'trap')).toMatchObject({ stdout: '0\n' })
    expect((await log).stdout).toContain('quit')
  })
})

describe('exec', () => {
  test('joins the container with its user, directory and environment', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', '-e', 'A=1', '-w', '/opt', 'alpine', 'sleep', '1000')
    expect(await box.exec('sh', '-c', 'id -u; pwd; echo $A; hostname; exit 7')).toMatchObject({
      exitCode: 7,
      stdout: `0\n/opt\n1\n${box.id.slice(0, 12)}\n`,
    })
    expect(
      await tspod('exec', '-u', 'alice', '-e', 'B=2', '-w', '/tmp', box.id, 'sh', '-c', 'id -un; pwd; echo $A$B'),
    ).toMatchObject({ stdout: 'alice\n/tmp\n12\n' })
    expect(await tspod.with({ input: 'in\n' }, 'exec', '-i', box.id, 'cat')).toMatchObject({ stdout: 'in\n' })
    expect(await box.exec('no-such')).toMatchObject({ exitCode: 127 })
    expect(await box.exec('-w', '/no/such', 'true')).toMatchObject({ exitCode: 127 })
    expect(await box.exec('/etc')).toMatchObject({ exitCode: 126 })
    await box.exec('ln', '-s', '/tmp/turn', '/tmp/turn')
    expect(await box.exec('/tmp/turn')).toMatchObject({
      exitCode: 126,
      stderr: expect.stringContaining('too many symbolic links'),
    })
    expect(await tspod('exec', '-e', 'PATH=/tmp/turn:/bin', box.id, 'true')).toMatchObject({ exitCode: 0 })
    expect(await box.exec('sh', '-c', 'kill -9 $$')).toMatchObject({ exitCode: 137 })
  })

  test('on a container that does not run it is refused', async ({ tspod }) => {
    await tspod('run', '--network=none', '--name', 'done', 'alpine', 'true')
    expect(await tspod('exec', 'done', 'true')).toMatchObject({
      exitCode: 255,
      stderr: expect.stringContaining('done is not running'),
    })
  })

  test('a hundred at once', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
    const results = await Promise.all(Array.from({ length: 100 }, (_, index) => box.exec('echo', `${index}`)))
    expect(results.map(({ stdout }) => stdout)).toEqual(results.map((_, index) => `${index}\n`))
  })
})
