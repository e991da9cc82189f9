import { TspodError } from '../base/errors.ts'
import type { Engine } from './engine.ts'

/** Far more than anybody passes; a limit on what one flag can make us do. */
const MAX_DESCRIPTORS = 64

/**
 * The caller has to have had so many descriptors open from 3 on when it started us: those that we opened
 * ourselves are nobody else's.
 *
 * @throws {TspodError} E_BAD_DESCRIPTORS
 * @see podman-run(1), "--preserve-fds"
 */
export function requireDescriptors({ inheritedDescriptors }: Engine, count: number): void {
  if (count === 0) return
  if (Number.isSafeInteger(count) && count > 0 && count <= Math.min(inheritedDescriptors, MAX_DESCRIPTORS)) return
  throw new TspodError(
    'E_BAD_DESCRIPTORS',
    `cannot pass ${count} descriptors on: ${inheritedDescriptors} are open after 2`,
    {
      hint: 'open them one after the other from 3 on, as in 3<file',
    },
  )
}
