import { TspodError } from '../../base/errors.ts'

/** How often the networks may go while somebody is about to join them: each time their last container ended just then. */
const ATTEMPTS = 5

/** Whether it is worth another attempt, with networks that are made anew. */
export function networksGone(error: unknown, attempt: number): boolean {
  return error instanceof TspodError && error.code === 'E_NETWORKS_GONE' && attempt < ATTEMPTS
}
