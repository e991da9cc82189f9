import type { Engine } from '../engine/engine.ts'
import type { CommandIo } from './command-io.ts'

/** Opens the engine for a command, with what the environment and the global flags say. */
export async function openForCommand(io: CommandIo): Promise<Engine> {
  const { openEngine } = await import('../engine/open.ts')
  const { config } = io
  const roots = ['--root', config.root, '--runroot', config.runroot]
  const driver = config.storageDriver ? ['--storage-driver', config.storageDriver] : []
  return openEngine({
    root: config.root,
    runroot: config.runroot,
    storageDriver: config.storageDriver,
    uid: config.uid,
    gid: config.gid,
    env: config.env,
    launcher: config.launcher,
    registriesConf: config.registriesConf,
    xdgConfigHome: config.xdgConfigHome,
    selfArgv: [process.execPath, process.argv[1] ?? '', ...roots, ...driver],
    warn: (line) => io.stderr.write(`warning: ${line}\n`),
  })
}
