import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { explainNoSpace } from '../errors.ts'
import { copyTree } from '../layers/copy-tree.ts'
import { readLayerRecord } from '../layers/layer-record.ts'
import { shiftOwners } from '../layers/shift-owners.ts'
import type { StoragePaths } from '../paths.ts'
import { clearDirectory, removeTree } from '../remove-tree.ts'
import type { Driver } from './driver.ts'
import { layerMissing } from './errors.ts'

const SLASH = Buffer.from('/')

/** A whole copy for each container: slow and large, but it works everywhere. Shares blocks where the file system can. */
export function vfsDriver(paths: StoragePaths): Driver {
  const rootfs = (containerId: string): string => join(paths.container(containerId), 'rootfs')
  return {
    name: 'vfs',
    prepare: async (_chainIds, { uids, gids }) => ({ uids, gids }),
    create(containerId, chainIds, map) {
      const path = rootfs(containerId)
      try {
        mkdirSync(path, { recursive: true, mode: 0o755 })
        chmodSync(path, 0o755)
        for (const chainId of chainIds) applyLayer(paths, chainId, path)
        if (map) shiftOwners(path, map)
      } catch (error) {
        throw explainNoSpace(error, path)
      }
    },
    describe: (containerId) => ({ kind: 'directory', path: rootfs(containerId) }),
    directories: (containerId) => [rootfs(containerId)],
    remove: (containerId) => removeTree(rootfs(containerId)),
  }
}

/** Puts a layer over what is there: first what it takes away, then what it has. */
function applyLayer(paths: StoragePaths, chainId: string, target: string): void {
  const layer = paths.layer(chainId)
  if (!statSync(layer, { throwIfNoEntry: false })?.isDirectory()) throw layerMissing(chainId)
  const { whiteouts, opaque } = readLayerRecord(paths.layerRecord(chainId))
  const onTarget = (path: string): Buffer => Buffer.concat([Buffer.from(`${target}/`), Buffer.from(path, 'latin1')])

  makeRoom(Buffer.from(layer), Buffer.from(target))
  for (const path of opaque) {
    if (path === '') clearDirectory(target)
    else removeTree(onTarget(path))
  }
  // The layer has the directories on the way to a whiteout itself, so none is a link now.
  for (const path of whiteouts) removeTree(onTarget(path))
  copyTree(layer, target)
  for (const path of whiteouts) if (isWhiteout(onTarget(path))) removeTree(onTarget(path))
}

/** Removes what stands in the way of a directory, or where one was: cp(1) replaces neither. */
function makeRoom(layer: Buffer, target: Buffer): void {
  for (const entry of readdirSync(layer, { withFileTypes: true, encoding: 'buffer' })) {
    const from = Buffer.concat([layer, SLASH, entry.name])
    const to = Buffer.concat([target, SLASH, entry.name])
    const there = lstatSync(to, { throwIfNoEntry: false })
    if (!there) continue
    if (entry.isDirectory() && there.isDirectory()) makeRoom(from, to)
    else removeTree(to)
  }
}

function isWhiteout(path: Buffer): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isCharacterDevice() === true && found.rdev === 0
}
