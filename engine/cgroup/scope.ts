/**
 * A scope is how systemd gives a subtree of cgroups away: the unit is ours, and with Delegate=
 * systemd keeps out of what is below it. Only systemd can move a process from a login session,
 * which belongs to the system manager, into a subtree of the user's own.
 *
 * Spoken over the manager's own socket, the one systemctl(1) uses: it needs neither a session bus
 * nor any program.
 *
 * @see systemd.scope(5), org.freedesktop.systemd1(5), https://systemd.io/CGROUP_DELEGATION
 */
import { TspodError } from '../../base/errors.ts'
import { connectDbus } from './dbus/connection.ts'
import type { DbusWriter } from './dbus/encode.ts'

export interface Manager {
  readonly socket: string
  /** the caller's, outside any user namespace */
  readonly uid: number
}

export interface ScopeOptions {
  /** ends in `.scope` */
  readonly unit: string
  readonly description: string
  /** the process that goes into it; it ends when the last process in it does */
  readonly pid: number
  readonly timeoutMs?: number
}

const UINT64_MAX = 2n ** 64n - 1n

/** Longer than a loaded machine needs, shorter than a person's patience. */
const TIMEOUT_MS = 10_000

/**
 * Moves a process into a new delegated scope; resolves once it is there.
 *
 * @throws {TspodError} E_DBUS: the manager does not answer or refuses; E_SCOPE: the scope failed
 */
export async function startScope(manager: Manager, options: ScopeOptions): Promise<void> {
  using connection = await connectDbus({ ...manager, timeoutMs: options.timeoutMs ?? TIMEOUT_MS })
  // JobRemoved(id, job, unit, result) may come before the answer to the call.
  const removed = connection.message(({ member, body }) => member === 'JobRemoved' && body[2] === options.unit)
  removed.catch(() => {}) // where the call fails first, that is the error
  await connection.call({
    path: '/org/freedesktop/systemd1',
    interface: 'org.freedesktop.systemd1.Manager',
    member: 'StartTransientUnit',
    signature: 'ssa(sv)a(sa(sv))',
    body: (writer) => writeTransientUnit(writer, options),
  })
  const [, , , result] = (await removed).body
  if (result !== 'done') throw new TspodError('E_SCOPE', `systemd could not start ${options.unit}: ${result}`)
}

function writeTransientUnit(writer: DbusWriter, { unit, description, pid }: ScopeOptions): void {
  writer.string(unit)
  writer.string('fail')
  writer.array(8, () => {
    property('Description', 's', () => writer.string(description))
    property('PIDs', 'au', () => writer.array(4, () => writer.uint32(pid)))
    property('Delegate', 'b', () => writer.boolean(true))
    // A container has the limits that were asked for, not the manager's default.
    property('TasksMax', 't', () => writer.uint64(UINT64_MAX))
    property('CollectMode', 's', () => writer.string('inactive-or-failed'))
  })
  writer.array(8, () => {}) // auxiliary units

  function property(name: string, signature: string, content: () => void): void {
    writer.struct(() => {
      writer.string(name)
      writer.variant(signature, content)
    })
  }
}
