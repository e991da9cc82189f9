import { parseStringArray } from './string-array.ts'

/**
 * The words of `--entrypoint`: a JSON array of strings, or one program; '' is none.
 * What only looks like JSON is a program, for `[` is one.
 *
 * @see podman-run(1), "--entrypoint"
 */
export function parseEntrypoint(text: string): readonly string[] {
  if (text === '') return []
  return parseStringArray(text) ?? [text]
}
