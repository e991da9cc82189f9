import { posix } from 'node:path'
import { EXIT, TspodError } from '../../base/errors.ts'
import type { ContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import { bindHint } from './bind-hint.ts'
import { closedOn } from './closed-binds.ts'

/**
 * An error of a start, with whose it is and what helps where the program or the working directory is refused and in
 * a mount; else as it is.
 */
export function withMountHint(engine: Engine, { spec, volumes }: ContainerConfig, error: TspodError): TspodError {
  const { cwd, args } = spec.process
  const [name = ''] = args
  const isProgram = error.exitCode === EXIT.notExecutable
  if (isProgram ? !name.includes('/') : !error.message.includes(`working directory ${cwd}:`)) return error
  const path = isProgram ? posix.resolve(cwd, name) : cwd
  const [closed] = closedOn(engine, { spec, volumes }, [{ path, isProgram, mustExist: true, isReadOnly: false }])
  if (!closed) return error
  const { code, message, exitCode, cause } = error
  return new TspodError(code, message, { exitCode, cause, hint: bindHint(closed) })
}
