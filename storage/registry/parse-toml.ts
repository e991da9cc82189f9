import { parse, TomlError } from 'smol-toml'
import { messageOf, TspodError } from '../../base/errors.ts'

/** @throws {TspodError} E_BAD_CONFIG: names the file and the line */
export function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = messageOf(error)
      .split('\n', 1)[0]
      ?.replace(/^Invalid TOML document: /, '')
    throw badConfig(`${file}:${error.line}`, `${reason}`)
  }
}

/** @param place a file, and the line in it where that is known */
export function badConfig(place: string, problem: string, hint?: string): TspodError {
  return new TspodError('E_BAD_CONFIG', `${place}: ${problem}`, hint === undefined ? {} : { hint })
}
