import type { Engine } from '../engine/engine.ts'
import { oneLine } from '../ui/text/printable.ts'
import type { CommandIo } from './command-io.ts'

/** Opens the engine for a command, with what the environment and the global flags say. */
export async function openForCommand({ config, stderr }: CommandIo): Promise<Engine> {
  const { openEngine } = await import('../engine/open.ts')
  const engine = openEngine({
    root: config.root,
    runroot: config.runroot,
    storageDriver: config.storageDriver,
    env: config.env,
    uid: config.uid,
    gid: config.gid,
    launcher: config.launcher,
    readyLauncher: config.readyLauncher,
    inheritedDescriptors: config.inheritedDescriptors,
    callersUmask: config.callersUmask,
    registriesConf: config.registriesConf,
    xdgConfigHome: config.xdgConfigHome,
    selfArgv: config.selfArgv,
    warn: (line) => stderr.write(`warning: ${oneLine(line)}\n`),
    debug: config.debug ? (line) => stderr.write(`debug: ${oneLine(line)}\n`) : undefined,
  })
  // Not closed: the process ends with the command. Closing the database as its last user would
  // make SQLite copy its log back and sync both files, which costs more than the command itself;
  // the next one goes on with the log. Source: sqlite.org, wal.html, "Checkpointing".
  return Object.assign(engine, { [Symbol.dispose]: engine.storage.keepReserve })
}
