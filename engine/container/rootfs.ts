import { existsSync, statSync } from 'node:fs'
import { basename, dirname, posix } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import type { Rootfs } from '../../storage/drivers/driver.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { badValue } from '../spec/bad-value.ts'
import type { ContainerConfig } from './config.ts'

/**
 * `--rootfs path[:O]`: a directory of the host's that is the root file system, or that lies below
 * one that goes with the container.
 *
 * @throws {TspodError} E_NO_SUCH_PATH, E_UNSUPPORTED_OPTION, E_BAD_ROOTFS
 * @see podman-run(1), "--rootfs"
 */
export function parseRootfs(text: string, cwd: string): NonNullable<ContainerConfig['rootfs']> {
  const [, name = '', option] = /^(.*?)(?::(O|idmap(?:=.*)?))?$/s.exec(text) ?? []
  if (option !== undefined && option !== 'O')
    throw badValue('E_UNSUPPORTED_OPTION', '--rootfs', text, 'the kernel maps the ids of a mount for root alone')
  const path = posix.resolve(cwd, name)
  if (name === '' || path === '/') throw badValue('E_BAD_ROOTFS', '--rootfs', text, 'not a directory for a container')
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new TspodError('E_NO_SUCH_PATH', `there is no directory ${path}`)
  if (option === 'O' && /[:,\\]/.test(path))
    throw badValue('E_BAD_ROOTFS', '--rootfs', text, 'nothing can be laid over a path with a colon, comma or backslash')
  return { path, overlay: option === 'O' }
}

/**
 * How the root file system of a container is mounted.
 *
 * @throws {TspodError} E_UNSUPPORTED_OPTION: something is to be laid over a directory, and the storage driver cannot
 */
export function containerRootfs(engine: Engine, row: ContainerRow, { rootfs, layerMap }: ContainerConfig): Rootfs {
  const own = engine.storage.driver(row.driver).describe(row.id, row.layers, layerMap)
  if (!rootfs) return own
  if (!rootfs.overlay) return { kind: 'directory', path: rootfs.path }
  switch (own.kind) {
    case 'overlay':
      return { ...own, base: dirname(rootfs.path), lower: [basename(rootfs.path)] }
    case 'fuse-overlayfs':
      return { ...own, lower: [rootfs.path] }
    case 'directory':
      throw new TspodError('E_UNSUPPORTED_OPTION', `the storage driver ${row.driver} cannot lay anything over --rootfs`)
  }
}

/** Where the files of a container are, without anything mounted, the topmost directory first. */
export function containerDirectories(
  engine: Engine,
  row: Pick<ContainerRow, 'id' | 'layers' | 'driver'>,
  { rootfs }: Pick<ContainerConfig, 'rootfs'>,
): string[] {
  if (rootfs && !rootfs.overlay) return [rootfs.path]
  const own = engine.storage.driver(row.driver).directories(row.id, row.layers)
  return rootfs ? [...own.slice(0, 1), rootfs.path] : own
}
