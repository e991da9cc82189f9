import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Result, resultOf, TSPOD, type Tspod } from './tspod.ts'

/** A host whose network is the test's to change: network and mounts of its own, in the user's user namespace. */
export interface OwnHost extends AsyncDisposable {
  run(...argv: string[]): Promise<Result>
  tspod(...args: string[]): Promise<Result>
  /** who is in its /etc/resolv.conf from now on: `127.0.0.2` answers 192.0.2.2 to every question, `127.0.0.3` 192.0.2.3 */
  askForNames(server: '127.0.0.2' | '127.0.0.3'): void
}

/** One link, with this address; TCP port 8000 of every address answers `here`. */
export const FIRST_ADDRESS = '192.0.2.10'
export const FIRST_SIX = '2001:db8:5::10'

const SETUP = `set -e
mount --bind "$1" /etc/resolv.conf
ip link set lo up
ip link add up0 type veth peer name other0
ip addr add ${FIRST_ADDRESS}/24 dev up0
ip addr add ${FIRST_SIX}/64 dev up0 nodad
ip link set up0 up
ip link set other0 up
ip route add default via 192.0.2.1 dev up0
ip route add default via 2001:db8:5::1 dev up0
exec "$2" -e "$3"`

/** A reply repeats the question, and its record names that by a pointer. Source: RFC 1035, section 4 */
function serve(): void {
  for (const last of [2, 3]) {
    const socket = process.getBuiltinModule('node:dgram').createSocket('udp4')
    socket.on('message', (query, { port, address }) => {
      const isAddress = query.readUInt16BE(query.indexOf(0, 12) + 1) === 1
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, last])
      const reply = Buffer.concat([query.subarray(0, query.indexOf(0, 12) + 5), ...(isAddress ? [record] : [])])
      reply.set([0x81, 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0], 2)
      socket.send(reply, port, address)
    })
    socket.bind(53, `127.0.0.${last}`)
  }
  const server = process.getBuiltinModule('node:net').createServer((socket) => socket.end('here\n'))
  server.listen(8000, '::', () => console.log(process.pid))
}

export async function ownHost(tspod: Tspod, directory: string): Promise<OwnHost> {
  const resolvConf = join(directory, 'resolv.conf')
  writeFileSync(resolvConf, 'nameserver 127.0.0.2\n')
  const script = ['sh', '-c', SETUP, 'sh', resolvConf, process.execPath, `(${serve})()`]
  const holder = tspod.spawn(['unshare', 'unshare', '-nm', ...script])
  const ended = resultOf(holder)
  const pid = await Promise.race([
    new Promise<string>((resolve) => holder.stdout?.once('data', (line: Buffer) => resolve(`${line}`.trim()))),
    ended.then(({ stderr }): never => {
      throw new Error(`the host of the test's own did not come up: ${stderr}`)
    }),
  ])
  const run = (...argv: string[]): Promise<Result> =>
    tspod('unshare', 'nsenter', `--target=${pid}`, '--net', '--mount', ...argv)
  return {
    run,
    tspod: (...args) => run(TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...args),
    askForNames: (server) => writeFileSync(resolvConf, `nameserver ${server}\n`),
    async [Symbol.asyncDispose]() {
      process.kill(Number(pid), 'SIGKILL')
      await ended
    },
  }
}
