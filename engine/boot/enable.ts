import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, TspodError } from '../../base/errors.ts'
import { writeAtomic } from '../../base/files.ts'
import type { Engine } from '../engine.ts'
import { reloadManager } from './reload-manager.ts'
import { type UnitPlace, unitPlace, unitProgram } from './unit-place.ts'
import { unitText } from './unit-text.ts'

/**
 * Writes the unit that brings containers back when the machine starts, and has it wanted. A
 * manager that runs is told; without one the files are read when one starts.
 *
 * @param flags what tspod is to be given before the command, as `--root DIR`
 * @throws {TspodError} E_BOOT_UNIT: the files cannot be written; E_BAD_PATH
 */
export async function enableBoot(engine: Engine, flags: readonly string[]): Promise<UnitPlace> {
  const place = unitPlace(engine)
  const text = unitText({ program: unitProgram(engine), flags, target: place.target })
  try {
    mkdirSync(dirname(place.link), { recursive: true })
    writeAtomic(place.file, text, { mode: 0o644 })
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
