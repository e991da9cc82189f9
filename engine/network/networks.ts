import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installHint } from '../../base/distribution.ts'
import { TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory, readTextIfExists } from '../../base/files.ts'
import { UPLINK } from '../../network/bridge/network.ts'
import type { HelperCommand } from '../../network/helper-command.ts'
import { describeSlirp4netns } from '../../network/slirp4netns.ts'
import { noTun, TUN } from '../../network/tun.ts'
import { gatewayProgram } from '../container/port-gateway.ts'
import type { Engine } from '../engine.ts'
import { launch } from '../launcher/launch.ts'
import { readRecord } from '../monitor/record.ts'
import { compileNetworksPlan } from '../plan/compile-networks-plan.ts'
import { NETWORKS_NAME, networksHome, uplinkSocket } from './networks-home.ts'
import { sweepLocked } from './sweep-networks.ts'

/** Names the directory of those who hold the networks now. */
const CURRENT = 'current'

/** The runtime directory of who holds the networks' namespace; undefined where nobody does. */
export function runningNetworks(engine: Engine): string | undefined {
  const home = networksHome(engine)
  const name = readTextIfExists(join(home, CURRENT), 64)?.trim() ?? ''
  if (!NETWORKS_NAME.test(name)) return undefined
  const directory = join(home, name)
  const record = readRecord(directory)
  return record.state === 'running' && record.monitorPid !== undefined ? directory : undefined
}

/**
 * The same, where nobody holds it after having it made. It goes by itself when the last container
 * has left, so whoever wants to be in it may come too late and has to ask again.
 *
 * @param gone one that does not answer any more, though its end may not be written down yet
 * @throws {TspodError} E_NETWORK_HELPER_MISSING, E_LAUNCH_FAILED
 */
export async function ensureNetworks(engine: Engine, gone?: string): Promise<string> {
  const running = (): string | undefined => {
    const directory = runningNetworks(engine)
    return directory === gone ? undefined : directory
  }
  const found = running()
  if (found !== undefined) return found
  await using _lock = await engine.storage.locks.acquire('networks', 'all', { doing: 'setting up the networks' })
  return running() ?? (await launchNetworks(engine))
}

async function launchNetworks(engine: Engine): Promise<string> {
  const home = networksHome(engine)
  const name = randomBytes(8).toString('hex')
  const runDir = join(home, name)
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  const lookArgv = [...engine.selfArgv, 'network', 'reload', '--lost']
  const uplink = uplinkHelper(engine, name)
  const plan = compileNetworksPlan({ runDir, program: gatewayProgram(engine), uplink, lookArgv })
  const launched = await launch(plan, { launcher: engine.launcher, foreground: false, takeLauncher: () => undefined })
  launched.leave()
  writeFileSync(join(home, `${CURRENT}.new`), `${name}\n`, { mode: 0o600 })
  renameSync(join(home, `${CURRENT}.new`), join(home, CURRENT))
  sweepLocked(engine)
  return runDir
}

/**
 * slirp4netns, for the link to the outside of all networks.
 *
 * @param name the last part of the directory of who holds the networks
 * @throws {TspodError} E_NETWORK_HELPER_MISSING, E_NO_TUN
 */
export function uplinkHelper(engine: Engine, name: string): HelperCommand {
  const slirp = engine.findProgram('slirp4netns')
  if (slirp === undefined)
    throw new TspodError('E_NETWORK_HELPER_MISSING', 'named networks need slirp4netns, which is not installed', {
      hint: installHint('slirp4netns'),
    })
  if (!engine.host.devices.includes(TUN)) throw noTun('a network with a name')
  const apiSocket = uplinkSocket(engine, name)
  ensurePrivateDirectory(dirname(apiSocket))
  rmSync(apiSocket, { force: true })
  return describeSlirp4netns(slirp, {
    userNamespace: false,
    slirpOptions: [`cidr=${UPLINK.cidr}`, 'enable_ipv6=true'],
    apiSocket,
  }).helper
}

/** Whether a step failed as who holds the networks, or the gateway it was for, has ended. */
export function isNetworksGone(error: unknown): boolean {
  return error instanceof TspodError && error.code === 'E_NETWORKS_GONE'
}
