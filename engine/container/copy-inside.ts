import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeTree } from '../../storage/remove-tree.ts'
import { temporaryPath } from '../../storage/temporary.ts'
import type { Engine } from '../engine.ts'
import { type CopyOptions, type CopyPlace, copyFiles } from './copy.ts'
import { runCopyInside } from './copy-inside-process.ts'
import { wordsOf } from './copy-rules.ts'

/**
 * Copies where the files of a running container are shown only inside its user namespace, as
 * fuse-overlayfs has it: a process of ours goes there, and to no other namespace of the container.
 * Between two containers the files go through a directory of ours.
 */
export async function copyInside(engine: Engine, from: CopyPlace, to: CopyPlace, options: CopyOptions): Promise<void> {
  if (from.kind === 'container' && to.kind === 'container') await copyThrough(engine, from, to, options)
  else if (from.kind === 'container') await runCopyInside(engine, from.ref, { from, to, options })
  else if (to.kind === 'container') await runCopyInside(engine, to.ref, { from, to, options })
}

type ContainerPlace = Extract<CopyPlace, { kind: 'container' }>

async function copyThrough(
  engine: Engine,
  from: ContainerPlace,
  to: ContainerPlace,
  options: CopyOptions,
): Promise<void> {
  const directory = temporaryPath(engine.storage.paths.temporary, 'copy')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  try {
    const { name, contents } = wordsOf(from.path, '/')
    const path = join(directory, basename(name) || 'root')
    // Under its own name, which it is to have in the other container, too.
    const source = contents ? { ...from, path: from.path.replace(/\/?\.?$/, '') || '/' } : from
    await copyFiles(engine, source, { kind: 'host', path }, { ...options, owner: 'kept' })
    await copyFiles(engine, { kind: 'host', path: contents ? `${path}/.` : path }, to, {
      ...options,
      followLink: false,
    })
  } finally {
    removeTree(directory)
  }
}
