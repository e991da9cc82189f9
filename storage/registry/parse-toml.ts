import { parse, TomlError } from 'smol-toml'
import { messageOf } from '../../base/errors.ts'
import { badConfig } from './bad-config.ts'

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
