import { rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { isErrno, TspodError } from '../base/errors.ts'
import type { Port } from './driver.ts'

/** It answers in less than a millisecond. */
const PATIENCE_MS = 10_000
const MAX_ANSWER = 65_536

/**
 * Publishes the ports of a container whose network slirp4netns gives, once that is ready. The socket
 * is removed: nobody needs it afterwards.
 *
 * @param apiSocket what slirp4netns was told
 * @throws {TspodError} E_PORT_IN_USE: it could not have a port of the host
 * @see slirp4netns(1), "API SOCKET"
 */
export async function publishPorts(apiSocket: string, ports: readonly Port[]): Promise<void> {
  try {
    for (const port of ports) await addForward(apiSocket, port)
  } finally {
    rmSync(apiSocket, { force: true })
  }
}

async function addForward(apiSocket: string, port: Port): Promise<void> {
  const { hostIp, hostPort, containerPort, protocol } = port
  if (hostIp.includes(':')) {
    throw new TspodError('E_BAD_PORT', `slirp4netns publishes no port on ${hostIp}: it knows addresses of version 4`, {
      hint: 'use --network pasta',
    })
  }
  const request = {
    execute: 'add_hostfwd',
    arguments: { proto: protocol, host_addr: hostIp || '0.0.0.0', host_port: hostPort, guest_port: containerPort },
  }
  const answer = await ask(apiSocket, JSON.stringify(request))
  if (!/"error"/.test(answer)) return
  throw new TspodError('E_PORT_IN_USE', `port ${hostPort}/${protocol} of the host could not be published`, {
    hint: 'end what listens there, see "ss -tulpn", or publish on another port',
    cause: new Error(answer.slice(0, 500)),
  })
}

/** One request a connection: it answers when we have said all. */
async function ask(apiSocket: string, request: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const connection = createConnection({ path: apiSocket, allowHalfOpen: true })
    let answer = ''
    connection.setEncoding('utf8')
    connection.setTimeout(PATIENCE_MS, () => connection.destroy(new Error('slirp4netns does not answer')))
    connection.on('connect', () => connection.end(request))
    connection.on('data', (text: string) => {
      answer += text
      if (answer.length > MAX_ANSWER) connection.destroy(new Error('slirp4netns answers without end'))
    })
    connection.on('end', () => resolve(answer))
    connection.on('error', (error) => reject(isErrno(error, 'ENOENT', 'ECONNREFUSED') ? gone(error) : error))
  })
}

function gone(cause: Error): TspodError {
  return new TspodError('E_PORT_IN_USE', 'slirp4netns ended before the ports were published', { cause })
}
