import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChild, startChild } from '../../base/child.ts'
import { CHECKOUT } from '../support/tspod.ts'
import { inUserOf, makeNamespace, type Namespace } from './namespaces.ts'

/** Two networks with three containers, their upstream resolver at 10.0.2.3, a host, and someone outside of it. */
export interface World {
  /** 198.51.100.1, fd00:c::1 */
  readonly host: Namespace
  /** 198.51.100.2, fd00:c::2 */
  readonly outside: Namespace
  readonly networks: Namespace
  /** on tspod1: 10.89.1.2, fd00:1::2 */
  readonly web: Namespace
  /** on tspod1: 10.89.1.3; on tspod2: 10.89.2.3 */
  readonly both: Namespace
  /** on tspod2: 10.89.2.4 */
  readonly far: Namespace
  startGateway(options?: GatewayOptions): Promise<Gateway>
  end(): Promise<void>
}

export interface GatewayOptions {
  readonly upstream?: string
  readonly program?: string
  /** how many it may have */
  readonly descriptors?: number
  /** it has the device refused0, and makes routes */
  readonly limits?: boolean
}

export interface Gateway extends AsyncDisposable {
  readonly pid: number
  /** Sends a request with descriptors, from the host's namespace; the answer. */
  ask(request: string | Buffer, ...handles: string[]): string
  /** What it said on stderr; resolves when it has ended. */
  readonly ended: Promise<{ exitCode: number | null; stderr: string }>
}

/** For a gateway to answer. */
const PATIENCE_MS = 20_000

const TOPOLOGY = `
set -e
ip link set lo up
ip address add 10.0.2.3/32 dev lo
for n in 1 2; do
  ip link add tspod$n type bridge
  ip address add 10.89.$n.1/24 dev tspod$n
  ip address add fd00:$n::1/64 dev tspod$n nodad
  ip link set tspod$n up
done
join() { # PID NETWORK DEVICE NUMBER
  ip link add v$4 mtu 65520 type veth peer name $3 netns $1
  ip link set v$4 master tspod$2 up
}
join $WEB 1 eth0 12; join $BOTH 1 eth0 13; join $BOTH 2 eth1 23; join $FAR 2 eth0 24
ip route add local default dev lo table 100
ip -6 route add local default dev lo table 100
ip rule add from 10.89.0.0/16 ipproto tcp sport 8000-8999 lookup 100
ip -6 rule add from fd00:1::/64 ipproto tcp sport 8000-8999 lookup 100
`

const CONTAINER = `
set -e
ip link set lo up
ip address add 10.89.$1.$2/24 dev $3
ip -6 address add fd00:$1::$2/64 dev $3 nodad
ip link set $3 up
[ $3 != eth0 ] || { ip route add default via 10.89.$1.1; ip -6 route add default via fd00:$1::1; }
`

const HOST = `
set -e
ip link set lo up
ip link add out mtu 65520 type veth peer name in netns $OUTSIDE
ip address add 198.51.100.1/24 dev out
ip address add fd00:c::1/64 dev out nodad
ip address add 169.254.7.1/24 dev out
ip link set out up
`

const OUTSIDE = `
set -e
ip link set lo up
ip address add 198.51.100.2/24 dev in
ip address add fd00:c::2/64 dev in nodad
ip address add 169.254.7.2/24 dev in
ip link set in up
`

/** Runs a shell script in the namespace, of which we are root. */
async function shell(
  namespace: Namespace,
  script: string,
  options: { args?: string[]; env?: object } = {},
): Promise<void> {
  await namespace.run(
    ({ script, args, env }) => {
      const { execFileSync } = process.getBuiltinModule('node:child_process')
      execFileSync('sh', ['-c', script, 'sh', ...args], { env: { ...process.env, ...env }, stdio: 'pipe' })
    },
    { script, args: options.args ?? [], env: options.env ?? {} },
  )
}

/** @param build what the gateway is built as: `asan` with the sanitizers */
export async function makeWorld(build: 'asan' | 'release'): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'tspod-gateway-'))
  const program = join(directory, 'gateway')
  const probe = join(directory, 'probe')
  compile('sh', [join(CHECKOUT, 'network/gateway/build.sh'), program, build])
  compile('cc', ['-Wall', '-Werror', '-o', probe, join(CHECKOUT, 'test/gateway/probe.c')])
  const networks = await makeNamespace()
  const [host, outside, web, both, far] = await Promise.all([0, 1, 2, 3, 4].map(() => makeNamespace(networks)))
  if (!host || !outside || !web || !both || !far) throw new Error('a namespace is missing')
  await shell(networks, TOPOLOGY, { env: { WEB: `${web.pid}`, BOTH: `${both.pid}`, FAR: `${far.pid}` } })
  await shell(host, HOST, { env: { OUTSIDE: `${outside.pid}` } })
  await shell(outside, OUTSIDE)
  await shell(web, CONTAINER, { args: ['1', '2', 'eth0'] })
  await shell(both, CONTAINER, { args: ['1', '3', 'eth0'] })
  await shell(both, CONTAINER, { args: ['2', '3', 'eth1'] })
  await shell(far, CONTAINER, { args: ['2', '4', 'eth0'] })
  let gateways = 0
  return {
    host,
    outside,
    networks,
    web,
    both,
    far,
    startGateway: async (options = {}) => {
      const socket = join(directory, `control${++gateways}`)
      const limit = options.descriptors ? ['prlimit', `--nofile=${options.descriptors}`] : []
      const argv = [...limit, probe, 'bind', socket, options.program ?? program, options.upstream ?? '-']
      if (options.limits) argv.push('4')
      const child = startChild('nsenter', [...inUserOf(networks), '-n', ...argv], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // to look for leaks at its end it would have to be traceable
        env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' },
      })
      let stderr = ''
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk
      })
      const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve) =>
        child.once('close', (exitCode) => resolve({ exitCode, stderr })),
      )
      const ask = (request: string | Buffer, ...handles: string[]): string => {
        const inHost = ['-U', '--preserve-credentials', '-n', '-t', `${host.pid}`]
        const result = runChild('nsenter', [...inHost, probe, 'ask', socket, ...handles], { input: request.toString() })
        return result?.exitCode === 0 ? result.stdout : `${result?.stderr}`
      }
      for (const endMs = performance.now() + PATIENCE_MS; !ask('list').endsWith('ok\n'); )
        if (performance.now() > endMs) throw new Error(`the gateway does not answer: ${ask('list')} ${stderr}`)
      return {
        pid: child.pid ?? 0,
        ask,
        ended,
        [Symbol.asyncDispose]: async () => {
          child.kill('SIGTERM')
          await ended
        },
      }
    },
    end: async () => {
      await Promise.all([networks, host, outside, web, both, far].map((namespace) => namespace.end()))
      rmSync(directory, { recursive: true })
    },
  }
}

function compile(program: string, argv: readonly string[]): void {
  const made = runChild(program, argv, { timeoutMs: 120_000 })
  if (made?.exitCode !== 0) throw new Error(`${argv.join(' ')}: ${made?.stderr}`)
}
