import type { Socket } from 'node:net'
import { messageOf, TspodError } from '../../../base/errors.ts'
import { type DbusMessage, decodeMessage, MESSAGE } from './decode.ts'
import { type DbusCall, encodeCall } from './encode.ts'

/** A direct connection to a program that speaks D-Bus, without a message bus between. */
export interface DbusConnection extends Disposable {
  /**
   * The answer to a call.
   *
   * @throws {TspodError} E_DBUS: the other end answers with an error
   */
  call(call: Omit<DbusCall, 'serial'>): Promise<DbusMessage>
  /** The first message from now on that `matches`. */
  message(matches: (message: DbusMessage) => boolean): Promise<DbusMessage>
}

export interface DbusOptions {
  readonly socket: string
  /** the caller's, as the other end sees it */
  readonly uid: number
  /** for all that is done with the connection */
  readonly timeoutMs: number
}

interface Waiter {
  readonly matches: (message: DbusMessage) => boolean
  readonly resolve: (message: DbusMessage) => void
  readonly reject: (error: Error) => void
}

/**
 * Connects and proves who the caller is.
 *
 * @throws {TspodError} E_DBUS: nobody listens, or the caller is not let in; later also when the time is up
 * @see D-Bus Specification, "Authentication Protocol"
 */
export async function connectDbus(options: DbusOptions): Promise<DbusConnection> {
  const { connect } = await import('node:net')
  const socket = connect(options.socket)
  try {
    return await authenticated(socket, options)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function authenticated(socket: Socket, { uid, timeoutMs }: DbusOptions): Promise<DbusConnection> {
  const waiters = new Set<Waiter>()
  let received: Buffer = Buffer.alloc(0)
  let failure: Error | undefined
  let serial = 0

  return new Promise((resolve, reject) => {
    let isOpen = false
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`), timeoutMs)
    socket.on('error', ({ message }) => fail(message))
    socket.on('close', () => fail('the connection was closed'))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      try {
        if (!isOpen && !authenticate()) return
        deliver()
      } catch (error) {
        fail(messageOf(error))
      }
    })
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(`${uid}`).toString('hex')}\r\n`)

    /** False until the line has come. */
    function authenticate(): boolean {
      const end = received.indexOf('\r\n')
      if (end < 0 && received.length < 1024) return false
      const line = received.toString('latin1', 0, Math.max(end, 0))
      if (!line.startsWith('OK ')) throw dbusError(`not let in: ${line.slice(0, 80)}`)
      received = received.subarray(end + 2)
      socket.write('BEGIN\r\n')
      isOpen = true
      resolve({ call, message, [Symbol.dispose]: dispose })
      return true
    }

    function fail(why: string): void {
      failure ??= dbusError(why)
      reject(failure)
      for (const waiter of waiters) waiter.reject(failure)
      waiters.clear()
      dispose()
    }

    function dispose(): void {
      clearTimeout(timer)
      socket.destroy()
    }
  })

  function deliver(): void {
    for (let next = decodeMessage(received); next; next = decodeMessage(received)) {
      const { message } = next
      received = received.subarray(next.size)
      for (const waiter of waiters) {
        if (!waiter.matches(message)) continue
        waiters.delete(waiter)
        waiter.resolve(message)
      }
    }
  }

  function message(matches: Waiter['matches']): Promise<DbusMessage> {
    if (failure) return Promise.reject(failure)
    return new Promise((resolve, reject) => waiters.add({ matches, resolve, reject }))
  }

  async function call(options: Omit<DbusCall, 'serial'>): Promise<DbusMessage> {
    const own = ++serial
    const answer = message(({ replySerial }) => replySerial === own)
    socket.write(encodeCall({ ...options, serial: own }))
    const { type, errorName, body } = await answer
    if (type === MESSAGE.error) throw dbusError(`${options.member}: ${body[0] ?? errorName}`)
    return await answer
  }
}

function dbusError(why: string): TspodError {
  return new TspodError('E_DBUS', why)
}
