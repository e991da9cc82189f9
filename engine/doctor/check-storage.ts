import { asRoot, install } from './commands.ts'
import type { DoctorFacts } from './facts.ts'
import { degraded, essential, type Finding, missing, ok } from './finding.ts'

const MIB = 1024 * 1024
/** An image of an ordinary size needs as much while it is pulled. */
const LOW_BYTES = 1024 * MIB
const NONE_BYTES = 16 * MIB
const LOW_INODES = 20_000
/** Clocks of machines differ by so much without anything being wrong. */
const CLOCK_SLACK_MS = 60_000

/** How containers get their files, and where those are. Pure. */
export function checkStorage(facts: DoctorFacts): Finding[] {
  return [...checkDriver(facts), checkFuse(facts), checkDisk(facts), checkClock(facts)]
}

function checkDriver(facts: DoctorFacts): Finding[] {
  const { storage } = facts
  const name = 'storage'
  if (!storage) return []
  if ('problem' in storage)
    return [essential(name, storage.problem, storage.hint === undefined ? {} : { mend: storage.hint })]
  const why = storage.tried.map((one) => `${one.name}: ${one.reason}`).join('; ')
  switch (storage.driver) {
    case 'overlay':
      return [ok(name, 'the overlay of the kernel')]
    case 'fuse-overlayfs':
      return [
        degraded(name, `fuse-overlayfs (${why})`, {
          lost: 'files of containers are slower than with the overlay of the kernel',
          mend: 'use a kernel from 5.13 on, and a file system such as ext4, xfs or btrfs for --root',
        }),
      ]
    default:
      return [
        degraded(name, why === '' ? storage.driver : `${storage.driver} (${why})`, {
          lost: 'each container is a copy of its whole image',
          mend: facts.fuseOverlayfs.path === undefined ? install(facts, 'fuse-overlayfs') : 'use a kernel from 5.13 on',
        }),
      ]
  }
}

function checkFuse(facts: DoctorFacts): Finding {
  const { fuseOverlayfs, devices, storage } = facts
  const name = 'fuse-overlayfs'
  const isNeeded = storage !== undefined && 'driver' in storage && storage.driver !== 'overlay'
  const lost = 'each container is a copy of its whole image'
  if (fuseOverlayfs.path === undefined) {
    return isNeeded
      ? missing(name, 'not found', { lost, mend: install(facts, 'fuse-overlayfs') })
      : ok(name, 'not there, and not needed')
  }
  if (!devices.includes('/dev/fuse')) {
    return isNeeded
      ? missing(name, 'there is no /dev/fuse', { lost, mend: asRoot(facts, 'modprobe fuse') })
      : ok(name, 'without /dev/fuse, and not needed')
  }
  return ok(name, [fuseOverlayfs.path, fuseOverlayfs.version].filter(Boolean).join(', '))
}

function checkDisk({ disk }: DoctorFacts): Finding {
  const { path, shared, freeBytes, inodes, freeInodes } = disk
  const shown = `${Math.floor(freeBytes / MIB)} MiB and ${inodes === 0 ? 'any number of' : freeInodes} files free for ${path}`
  const mend = '"tspod system prune" removes what is not used; "tspod system df" shows what there is'
  const isFull = freeBytes < NONE_BYTES || (inodes > 0 && freeInodes < 100)
  if (isFull) return essential('disk', shown, { lost: 'nothing can be written', mend })
  if (shared !== undefined) {
    return degraded('disk', `${shown}, on ${shared}, which other machines may share`, {
      lost: 'containers that another machine runs are taken for ended here, and could be started twice over the same files',
      mend: 'give --root, or set XDG_DATA_HOME to, a directory on a disk of this machine',
    })
  }
  const isLow = freeBytes < LOW_BYTES || (inodes > 0 && freeInodes < LOW_INODES)
  return isLow ? degraded('disk', shown, { lost: 'larger images do not fit', mend }) : ok('disk', shown)
}

function checkClock(facts: DoctorFacts): Finding {
  const { nowMs, newestMs, isSynchronized } = facts.clock
  const shown = new Date(nowMs).toISOString()
  const mend = asRoot(facts, 'timedatectl set-ntp true')
  if (nowMs < newestMs - CLOCK_SLACK_MS) {
    return degraded('clock', `it says ${shown}, but it was ${new Date(newestMs).toISOString()} before`, {
      lost: 'certificates of registries are not valid, and times are wrong',
      mend,
    })
  }
  if (isSynchronized === false) {
    return degraded('clock', `${shown}, not synchronized`, {
      lost: 'certificates may be taken for invalid when it goes wrong',
      mend,
    })
  }
  return ok('clock', isSynchronized ? `${shown}, synchronized` : shown)
}
