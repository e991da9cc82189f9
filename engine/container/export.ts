import { resolve } from 'node:path'
import { tarOfMerged } from '../../storage/images/tar-of-merged.ts'
import { type ByteOutput, openFileOutput } from '../../storage/transports/byte-output.ts'
import { asCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { parseContainerConfig } from './config.ts'
import { containerDirectories } from './rootfs.ts'
import { readWhole } from './whole.ts'

/**
 * Writes the files of a container, whether it runs or not, as a tar: its image's and what it
 * changed, but nothing that is mounted into it.
 *
 * They are read from the layers rather than through a mount: that works with every storage driver
 * and on every host, needs no process of its own, and follows no link of the container's.
 *
 * @param output a path, or where the bytes go
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_INCOMPLETE, E_CANNOT_WRITE, E_NO_SPACE
 * @see podman-export(1)
 */
export function exportContainer(engine: Engine, ref: string, output: string | ByteOutput): void {
  const container = engine.storage.containers.resolve(ref)
  const config = parseContainerConfig(container.config)
  const directories = containerDirectories(engine, container, config)
  using bytes =
    typeof output === 'string' ? asCaller(engine, () => openFileOutput(resolve(engine.cwd, output))) : output
  readWhole(engine, container.id, () => {
    for (const piece of tarOfMerged(directories, { topOwners: config.layerMap })) bytes.write(piece)
  })
  bytes.commit()
  recordContainerEvent(engine, container, 'export')
}
