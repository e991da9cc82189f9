import type { RunRequest } from '../request.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import type { CgroupCaller } from './find-parent.ts'

/** Who looks for a cgroup for a container, and by whom that may be given. */
export function cgroupCaller({ uid, env }: Pick<HostFacts, 'uid' | 'env'>, { defaults }: RunRequest): CgroupCaller {
  return { uid, env, ...(defaults?.cgroupManager && { cgroupManager: defaults.cgroupManager }) }
}
