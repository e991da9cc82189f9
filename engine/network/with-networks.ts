import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { ensureNetworks, isNetworksGone } from './networks.ts'

/** How often they may go while somebody is about to join them: each time their last container ended just then. */
const ATTEMPTS = 5

/**
 * Has `work` done with who holds the networks; again, with who holds them then, where they ended in the meantime, or
 * where their uplink had ended, which is started anew first. Of what it had begun by then nothing may be left.
 *
 * @throws {TspodError} E_NETWORK_HELPER_MISSING, E_LAUNCH_FAILED; E_NETWORK_LOST: there is no uplink
 */
export async function withNetworks<T>(engine: Engine, work: (networksDir: string) => Promise<T>): Promise<T> {
  let gone: string | undefined
  for (let attempt = 1; ; attempt++) {
    const networksDir = await ensureNetworks(engine, gone)
    try {
      return await work(networksDir)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      if (isNetworksGone(error)) gone = networksDir
      else if (isUplinkLost(error)) await mend(engine)
      else throw error
    }
  }
}

/** No way to the outside could be made: the kernel takes no gateway that is behind no link. */
function isUplinkLost(error: unknown): boolean {
  return error instanceof TspodError && error.code === 'E_NETWORK_LOST'
}

/** Who looks after it may have been killed, or have given up; where it does so now, it is waited for. */
async function mend(engine: Engine): Promise<void> {
  const { mendUplink } = await import('./mend-uplink.ts')
  await mendUplink(engine, { again: true })
}
