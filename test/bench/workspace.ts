import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { type Engine, engineAt, type Place } from './engine.ts'
import { ENGINES } from './report.ts'
import { timed } from './timed.ts'

export interface Workspace extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv
  of(place: Place): { readonly directory: string; readonly env: NodeJS.ProcessEnv }
}

/** Directories of this run alone, and an environment that keeps the engines in them. Disposing of it ends and removes all. */
export function openWorkspace(disk: string, registryHost: string): Workspace {
  const directories = { disk: join(disk, 'disk'), tmpfs: mkdtempSync('/dev/shm/tspod-bench-') }
  // podman's, of all containers of the user. Source: podman-system-renumber(1)
  const lockFile = `/dev/shm/libpod_rootless_lock_${process.getuid?.()}`
  const hadLockFile = existsSync(lockFile)
  const runtime = mkdtempSync(join(process.env['XDG_RUNTIME_DIR'] ?? '/tmp', 'tspod-bench-'))
  mkdirSync(directories.disk, { recursive: true })
  const registriesConf = join(disk, 'registries.conf')
  writeFileSync(registriesConf, `[[registry]]\nlocation = "${registryHost}"\ninsecure = true\n`)
  const env = {
    ...process.env,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(disk, 'data'),
    CONTAINERS_REGISTRIES_CONF: registriesConf,
  }
  return {
    env,
    of: (place) => ({ directory: directories[place], env }),
    async [Symbol.asyncDispose]() {
      for (const place of ['disk', 'tmpfs'] as const) {
        for (const name of ENGINES)
          await clear(engineAt(name, place, { directory: directories[place], env }), directories[place])
      }
      endProcess(join(runtime, 'tspod/holder'))
      endProcess(join(runtime, 'libpod/tmp/pause.pid'))
      if (!hadLockFile) rmSync(lockFile, { force: true })
      for (const directory of [...Object.values(directories), runtime])
        rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Some files belong to subordinate ids, and only inside the engine's user namespace can they be removed. */
async function clear(engine: Engine, directory: string): Promise<void> {
  const own = join(directory, engine.name)
  if (!existsSync(own)) return
  const [program = ''] = engine.argv()
  await engine.run('rm', '-f', '-a', '-t', '0').catch(report)
  await timed([program, 'unshare', 'rm', '-rf', own], { env: engine.env }).catch(report)
}

function report(error: unknown): void {
  console.error(`could not tidy up: ${messageOf(error)}`)
}

/** The process that holds a user namespace open; its id is in this file. */
function endProcess(pidFile: string): void {
  if (!existsSync(pidFile)) return
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  if (pid > 1) process.kill(pid, 'SIGKILL')
}
