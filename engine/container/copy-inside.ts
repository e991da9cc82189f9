import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeTree } from '../../storage/remove-tree.ts'
import { temporaryPath } from '../../storage/temporary.ts'
import type { Engine } from '../engine.ts'
import type { CopyOptions, CopyPlace, copyFiles } from './copy.ts'
import { runCopyInside } from './copy-inside-process.ts'
import { wordsOf } from './copy-rules.ts'

/**
 * Copies where the files of a running container are shown only inside its user namespace, as
 * fuse-overlayfs has it: a process of ours goes there, and to no other namespace of the container.
 * Between two containers the files go through a directory of ours.
 */
export async function copyInside(engine: Engine, { from, to, copy }: InsideWork, options: CopyOptions): Promise<void> {
  if (from.kind === 'container' && to.kind === 'container') await copyThrough(engine, { from, to, copy }, options)
  else if (from.kind === 'container') await runCopyInside(engine, from.ref, { from, to, options })
  else if (to.kind === 'container') await runCopyInside(engine, to.ref, { from, to, options })
}

export interface InsideWork {
  readonly from: CopyPlace
  readonly to: CopyPlace
  /** for the halves of a copy between two containers */
  readonly copy: typeof copyFiles
}

type ContainerPlace = Extract<CopyPlace, { kind: 'container' }>

async function copyThrough(
  engine: Engine,
  { from, to, copy }: InsideWork & { readonly from: ContainerPlace; readonly to: ContainerPlace },
  options: CopyOptions,
): Promise<void> {
  const directory = temporaryPath(engine.storage.paths.temporary, 'copy')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  try {
    const { name, contents } = wordsOf(from.path, '/')
    const path = join(directory, basename(name) || 'root')
    // Under its own name, which it is to have in the other container, too.
    const source = contents ? { ...from, path: from.path.replace(/\/?\.?$/, '') || '/' } : from
    await copy(engine, source, { kind: 'host', path }, { ...options, owner: 'kept' })
    await copy(engine, { kind: 'host', path: contents ? `${path}/.` : path }, to, {
      ...options,
      followLink: false,
    })
  } finally {
    removeTree(directory)
  }
}
