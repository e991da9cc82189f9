/** By their magic numbers. Source: statfs(2), linux/magic.h. */
const NAMES: Readonly<Record<number, string>> = {
  61267: 'extfs',
  2435016766: 'btrfs',
  1481003842: 'xfs',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
  801189825: 'zfs',
  4076150800: 'f2fs',
  26985: 'nfs',
  20859: 'smb',
  4266872130: 'smb',
  4283649346: 'cifs',
  1397113167: 'afs',
  12805120: 'ceph',
  198183888: 'lustre',
  1196443219: 'gpfs',
  428016422: 'beegfs',
}

/** Several machines may have them mounted at once. */
const SHARED = ['nfs', 'smb', 'cifs', 'afs', 'ceph', 'lustre', 'gpfs', 'beegfs']

/** undefined: one that we have no name for. @param type as statfs(2) gives it */
export function fileSystemName(type: number): string | undefined {
  return NAMES[type]
}

/** The name of one that other machines may have mounted, too; undefined: it is none, as far as we know. */
export function sharedFileSystem(type: number): string | undefined {
  return SHARED.find((name) => name === NAMES[type])
}
