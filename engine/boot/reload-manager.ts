import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TspodError } from '../../base/errors.ts'
import { connectDbus } from '../cgroup/dbus/connection.ts'
import type { Engine } from '../engine.ts'

const TIMEOUT_MS = 10_000

/**
 * Has the manager of the caller read its units again, where one runs. That it does not answer is
 * said, and no error: it reads them when it starts.
 *
 * Spoken over its own socket, as by engine/cgroup/scope.ts: systemctl(1) would be root in here.
 */
export async function reloadManager(engine: Pick<Engine, 'host' | 'warn'>): Promise<void> {
  const { uid, env } = engine.host
  const runtime = uid === 0 ? '/run' : env['XDG_RUNTIME_DIR']
  const socket = join(runtime ?? '', 'systemd/private')
  if (!runtime?.startsWith('/') || !existsSync(socket)) return
  try {
    using connection = await connectDbus({ socket, uid, timeoutMs: TIMEOUT_MS })
    await connection.call({
      path: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      member: 'Reload',
      signature: '',
      body: () => {},
    })
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    engine.warn(`systemd did not read its units again: ${messageOf(error)}; run "systemctl --user daemon-reload"`)
  }
}
