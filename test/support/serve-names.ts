import type { Tspod } from './tspod.ts'

/** Answers every query by `answer`, on port 53 of a container, until it is disposed of. */
export async function serveNames(tspod: Tspod, container: string, answer: string): Promise<Disposable> {
  const script = `
    const udp = require('node:dgram').createSocket('udp4')
    udp.on('message', (query, { port, address }) => {
      const end = query.indexOf(0, 12) + 5
      const isFour = query[end - 3] === 1
      const reply = Buffer.from(query.subarray(0, end))
      reply[2] = 0x81; reply[3] = 0x80; reply.fill(0, 6, 12); reply[7] = isFour ? 1 : 0
      const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ${answer.split('.').join(', ')}]
      udp.send(Buffer.concat([reply, Buffer.from(isFour ? record : [])]), port, address)
    }).bind(53, '0.0.0.0', () => console.log('ready'))
    process.stdin.on('end', () => process.exit()).resume()`
  const pid = (await tspod('container', 'inspect', '-f', '{{.State.Pid}}', container)).stdout.trim()
  const child = tspod.spawn(['unshare', 'nsenter', '-t', pid, '-n', process.execPath, '-e', script])
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve)
    child.once('exit', () => reject(new Error('no names are served')))
  })
  return { [Symbol.dispose]: () => child.stdin?.end() }
}
