import { createConnection } from 'node:net'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { Port } from '../driver.ts'

/** It answers in less than a millisecond. */
const PATIENCE_MS = 10_000
/** An entry is some hundred bytes, and nobody has more than 65536 ports. */
const MAX_ANSWER = 16 << 20

/** A port of the host that slirp4netns listens on. */
interface SlirpForward {
  readonly id: number
  readonly hostAddress: string
  readonly hostPort: number
  readonly guestAddress: string
}

/**
 * Has slirp4netns carry what comes to a port of the host to a container.
 *
 * @param socket what slirp4netns was told to listen on
 * @param guestAddress of the container, where it has not the one that slirp4netns gave out
 * @throws {TspodError} E_PORT_IN_USE: it could not have the port; E_BAD_PORT: it knows no such address; E_SLIRP_GONE
 * @see slirp4netns(1), "API SOCKET"
 */
async function addForward(socket: string, port: Port, guestAddress?: string): Promise<void> {
  const { hostIp, hostPort, containerPort, protocol } = port
  requireVersion4(hostIp)
  const answer = await ask(socket, 'add_hostfwd', {
    proto: protocol,
    host_addr: hostIp || '0.0.0.0',
    host_port: hostPort,
    ...(guestAddress === undefined ? {} : { guest_addr: guestAddress }),
    guest_port: containerPort,
  })
  if (!('error' in answer)) return
  throw new TspodError('E_PORT_IN_USE', `port ${hostPort}/${protocol} of the host could not be published`, {
    hint: 'end what listens there, see "ss -tulpn", or publish on another port',
    cause: new Error(JSON.stringify(answer).slice(0, 500)),
  })
}

/** @throws {TspodError} E_BAD_PORT: slirp4netns listens on addresses of version 4 alone */
export function requireVersion4(hostIp: string): void {
  if (!hostIp.includes(':')) return
  throw new TspodError('E_BAD_PORT', `slirp4netns publishes no udp port on ${hostIp}: it knows IPv4 addresses alone`, {
    hint: 'use --network pasta, or an IPv4 address',
  })
}

/** All that it carries. */
async function listForwards(socket: string): Promise<SlirpForward[]> {
  const answer = await ask(socket, 'list_hostfwd', {})
  // Version 1.2 leaves out the `return` that its manual has.
  const result = isObject(answer['return']) ? answer['return'] : answer
  const { entries } = result
  return Array.isArray(entries) ? entries.flatMap(parseForward) : []
}

/** All of them, or none. @throws {TspodError} as `addForward` */
export async function addForwards(socket: string, ports: readonly Port[], guestAddress?: string): Promise<void> {
  const added: Port[] = []
  try {
    for (const port of ports) {
      await addForward(socket, port, guestAddress)
      added.push(port)
    }
  } catch (error) {
    await removeForwards(socket, { ports: added, ...(guestAddress === undefined ? {} : { guestAddress }) })
    throw error
  }
}

/** Of those to an address, or of all, these ports, or all; when slirp4netns has ended they have gone. */
export async function removeForwards(
  socket: string,
  { guestAddress, ports }: { readonly guestAddress?: string; readonly ports?: readonly Port[] },
): Promise<void> {
  const wanted = ports && new Set(ports.map(({ hostIp, hostPort }) => `${hostIp || '0.0.0.0'}:${hostPort}`))
  if (wanted?.size === 0) return
  for (const forward of await listOrNone(socket)) {
    if (guestAddress !== undefined && forward.guestAddress !== guestAddress) continue
    if (wanted && !wanted.has(`${forward.hostAddress}:${forward.hostPort}`)) continue
    await ask(socket, 'remove_hostfwd', { id: forward.id })
  }
}

async function listOrNone(socket: string): Promise<SlirpForward[]> {
  try {
    return await listForwards(socket)
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_SLIRP_GONE') return []
    throw error
  }
}

function parseForward(entry: unknown): SlirpForward[] {
  if (!isObject(entry)) return []
  const { id, host_addr, host_port, guest_addr } = entry
  if (typeof id !== 'number' || typeof host_port !== 'number') return []
  return [
    {
      id,
      hostAddress: `${host_addr}`,
      hostPort: host_port,
      guestAddress: `${guest_addr}`,
    },
  ]
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** One request a connection: it answers when we have said all. */
async function ask(socket: string, execute: string, request: JsonObject): Promise<JsonObject> {
  const text = await new Promise<string>((resolve, reject) => {
    const connection = createConnection({ path: socket, allowHalfOpen: true })
    let answer = ''
    connection.setEncoding('utf8')
    connection.setTimeout(PATIENCE_MS, () => connection.destroy(new Error('slirp4netns does not answer')))
    connection.on('connect', () => connection.end(JSON.stringify({ execute, arguments: request })))
    connection.on('data', (part: string) => {
      answer += part
      if (answer.length > MAX_ANSWER) connection.destroy(new Error('slirp4netns answers without end'))
    })
    connection.on('end', () => (answer === '' ? reject(gone()) : resolve(answer)))
    connection.on('error', (error) =>
      reject(isErrno(error, 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE') ? gone(error) : error),
    )
  })
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new Error(`slirp4netns answers ${text.slice(0, 100)}`)
  return value
}

function gone(cause?: Error): TspodError {
  return new TspodError('E_SLIRP_GONE', 'slirp4netns, which carries udp ports, has ended', {
    hint: 'stop the container and start it again',
    ...(cause && { cause }),
  })
}
