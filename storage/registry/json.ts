import { isErrno, type TspodError } from '../../base/errors.ts'

/** The JSON value of these bytes, which must be UTF-8; every failure is `fail(problem)`. */
export function parseJson(bytes: Uint8Array, fail: (problem: string) => TspodError): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) throw fail('it is not JSON')
    if (isErrno(error, 'ERR_ENCODING_INVALID_ENCODED_DATA')) throw fail('it is not UTF-8')
    throw error
  }
}
