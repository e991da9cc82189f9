import type { ErrorCode } from '../base/error-codes.ts'
import { TspodError } from '../base/errors.ts'
import type { CommandResult } from './command.ts'

/** Source: podman-rm(1), "Exit Status": 1 where nothing failed but that something does not exist. */
const MISSING_STATUS = 1

export function withMissingStatus(result: CommandResult, code: ErrorCode): CommandResult {
  const failures = result.failures ?? []
  const areMissing = failures.every((error) => error instanceof TspodError && error.code === code)
  return failures.length > 0 && areMissing ? { ...result, exitCode: MISSING_STATUS } : result
}
