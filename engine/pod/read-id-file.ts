import { messageOf, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

/** An id of 64 digits and a newline. */
const MAX_BYTES = 256

/** The id that `--pod-id-file` names. @throws {TspodError} E_POD_ID_FILE */
export function readPodIdFile(path: string): string {
  let text: string | undefined
  try {
    text = readTextIfExists(path, MAX_BYTES)?.trim()
  } catch (error) {
    throw new TspodError('E_POD_ID_FILE', `could not read the pod id file ${path}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  if (text !== undefined && /^[0-9a-f]{12,64}$/.test(text)) return text
  throw new TspodError(
    'E_POD_ID_FILE',
    text === undefined ? `there is no pod id file ${path}` : `there is no pod id in ${path}`,
  )
}
