import { TspodError } from '../../base/errors.ts'
import type { Style } from '../style/style.ts'

/** docker has an exit status of its own for a template that is wrong: 64. Source: docker/cli, `inspect` and `events`. */
export function withTemplateStatus<T>({ badTemplateStatus }: Style, render: () => T): T {
  try {
    return render()
  } catch (error) {
    if (!(error instanceof TspodError) || error.code !== 'E_BAD_TEMPLATE') throw error
    const { hint, cause } = error
    throw new TspodError(error.code, error.message, {
      exitCode: badTemplateStatus,
      ...(hint !== undefined && { hint }),
      ...(cause !== undefined && { cause }),
    })
  }
}
