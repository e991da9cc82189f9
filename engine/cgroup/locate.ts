/** Where this process's cgroups can be seen. */
export interface CgroupView {
  /** directories of its own cgroup, the likeliest mount first */
  readonly places: readonly CgroupPlace[]
  /** a cgroup2 file system is mounted, whether or not it shows our own cgroup */
  readonly hasV2: boolean
  /** controllers that a mounted v1 hierarchy has, which v2 then does not have */
  readonly v1Controllers: readonly string[]
}

export interface CgroupPlace {
  /** where the file system is mounted: no cgroup above it can be reached */
  readonly mountPoint: string
  /** of the process itself: the mount point or a directory below it */
  readonly own: string
}

const USUAL_MOUNT_POINT = '/sys/fs/cgroup'

/**
 * Pure: from the texts of /proc/self/mountinfo and /proc/self/cgroup.
 *
 * @see proc_pid_mountinfo(5), cgroups(7) "/proc files"
 */
export function locateCgroups(mountinfo: string, selfCgroup: string): CgroupView {
  const mounts = mountinfo.split('\n').flatMap(parseMount)
  const v2 = mounts.filter(({ type }) => type === 'cgroup2').reverse() // a later mount may cover an earlier one
  const path = /^0::(\/.*)$/m.exec(selfCgroup)?.[1]
  const places = v2.flatMap(({ root, mountPoint }) => {
    const own = path === undefined ? undefined : within(path, root)
    return own === undefined ? [] : [{ mountPoint, own: own === '' ? mountPoint : `${mountPoint}/${own}` }]
  })
  return {
    places: places.sort((a, b) => usual(b) - usual(a)),
    hasV2: v2.length > 0,
    v1Controllers: [...new Set(mounts.filter(({ type }) => type === 'cgroup').flatMap(({ options }) => options))],
  }
}

function usual({ mountPoint }: CgroupPlace): number {
  return mountPoint === USUAL_MOUNT_POINT ? 1 : 0
}

interface Mount {
  readonly type: string
  readonly root: string
  readonly mountPoint: string
  /** of the file system; for v1 the names of its controllers are among them */
  readonly options: readonly string[]
}

function parseMount(line: string): Mount[] {
  const [mount, fileSystem] = line.split(' - ')
  const [, , , root, mountPoint] = mount?.split(' ') ?? []
  const [type, , options] = fileSystem?.split(' ') ?? []
  if (root === undefined || mountPoint === undefined || type === undefined || options === undefined) return []
  return [{ type, root: unescaped(root), mountPoint: unescaped(mountPoint), options: options.split(',') }]
}

/** Space, tab, newline and backslash are written as octal numbers. Source: getmntent(3). */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** `path` relative to `root`; `undefined` where it is not below it, as seen from another cgroup namespace. */
function within(path: string, root: string): string | undefined {
  const base = root === '/' ? '/' : `${root}/`
  if (`${path}/`.includes('/../') || `${root}/`.includes('/../')) return undefined
  if (path === root) return ''
  return path.startsWith(base) ? path.slice(base.length) : undefined
}
