import { TspodError } from '../../base/errors.ts'
import { checkTemplate } from '../../ui/text/template/report.ts'
import type { Style } from '../style/style.ts'

/**
 * What `render` makes of a template. docker has an exit status of its own for one that cannot be read, 64, and not for
 * one that names a field which does not exist. Source: docker/cli, `inspect`, `info`, `version` and `events`; seen in 28.2.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function withTemplateStatus<T>({ badTemplateStatus }: Style, format: string, render: () => T): T {
  try {
    checkTemplate(format)
  } catch (error) {
    if (!(error instanceof TspodError) || error.code !== 'E_BAD_TEMPLATE') throw error
    const { hint, cause } = error
    throw new TspodError(error.code, error.message, {
      exitCode: badTemplateStatus,
      ...(hint !== undefined && { hint }),
      ...(cause !== undefined && { cause }),
    })
  }
  return render()
}
