import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, TspodError } from '../../base/errors.ts'
import { writeAtomic } from '../../base/files.ts'
import { asCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import { reloadManager } from './reload-manager.ts'
import { type UnitPlace, unitPlace } from './unit-place.ts'
import { unitText } from './unit-text.ts'

/** What a unit starts: tspod as installed, and what it is given before the command, as `--root DIR`. */
export interface BootProgram {
  readonly program: string
  readonly flags: readonly string[]
}

/**
 * Writes the unit that brings containers back when the machine starts, and has it wanted. A
 * manager that runs is told; without one the files are read when one starts.
 *
 * @throws {TspodError} E_BOOT_UNIT: the files cannot be written; E_BAD_PATH
 */
export async function enableBoot(engine: Engine, started: BootProgram): Promise<UnitPlace> {
  const place = unitPlace(engine)
  const text = unitText({ ...started, target: place.target })
  try {
    asCaller(engine, () => {
      mkdirSync(dirname(place.link), { recursive: true })
      writeAtomic(place.file, text, { mode: 0o644 })
    })
    rmSync(place.link, { force: true })
    symlinkSync(place.file, place.link)
  } catch (error) {
    throw unitFailure('write', place.file, error)
  }
  await reloadManager(engine)
  return place
}

/**
 * Takes the unit away. What runs goes on.
 *
 * @throws {TspodError} E_BOOT_UNIT: the files cannot be removed
 */
export async function disableBoot(engine: Engine): Promise<UnitPlace> {
  const place = unitPlace(engine)
  try {
    rmSync(place.link, { force: true })
    rmSync(place.file, { force: true })
  } catch (error) {
    throw unitFailure('remove', place.file, error)
  }
  await reloadManager(engine)
  return place
}

function unitFailure(verb: string, file: string, cause: unknown): TspodError {
  return new TspodError('E_BOOT_UNIT', `could not ${verb} ${file}: ${messageOf(cause)}`, { cause })
}
