import { createServer } from 'node:net'

/**
 * Ports of the host for a test alone, which nobody listens on. They are not of those that the kernel gives to
 * whoever asks for any, to a server or a caller, as then one that is free now is somebody's a moment later; nor
 * are they those of another worker's tests. Source: ip(7), "ip_local_port_range", which begins at 32768.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = OWN_FIRST + Math.floor(Math.random() * OWN_COUNT)
    if (!found.has(port) && (await isFree(port))) found.add(port)
  }
  return [...found]
}

const OWN_COUNT = 1000
/** Numbers from 1 on. Source: vitest, "VITEST_POOL_ID". */
const OWN_FIRST = 23_000 + OWN_COUNT * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 8)

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => resolve(true))
  })
  if (isListening) await new Promise((resolve) => server.close(resolve))
  return isListening
}
