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

function parseStringArray(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
