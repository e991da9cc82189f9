import { readTextIfExists } from '../../base/files.ts'
import { type CgroupCaller, findParent } from './find-parent.ts'

export interface CgroupDescription {
  /** podman's words, and `none` */
  readonly cgroupManager: 'cgroupfs' | 'systemd' | 'none'
  /** what containers can be limited by */
  readonly cgroupControllers: readonly string[]
  readonly cgroupVersion: 'v1' | 'v2'
  /** why there is no cgroup, or no limit on memory; '' where nothing is missing */
  readonly cgroupProblem: string
}

/** What `info` says of cgroups. */
export function describeCgroups(caller: CgroupCaller): CgroupDescription {
  const parent = findParent(caller)
  const cgroupVersion = readTextIfExists('/sys/fs/cgroup/cgroup.controllers') === undefined ? 'v1' : 'v2'
  const cgroupManager = parent.kind
  switch (parent.kind) {
    case 'none':
      return { cgroupManager, cgroupControllers: [], cgroupVersion, cgroupProblem: parent.problem.reason }
    case 'systemd':
      return { cgroupManager, cgroupControllers: parent.controllers ?? [], cgroupVersion, cgroupProblem: '' }
    case 'cgroupfs': {
      const { controllers } = parent
      const cgroupProblem = controllers.includes('memory') ? '' : parent.missing('memory').reason
      return { cgroupManager, cgroupControllers: controllers, cgroupVersion, cgroupProblem }
    }
  }
}
