import { TspodError } from '../../base/errors.ts'

/** An alias may stand for what has aliases in it; more than so many all told are an attack. */
const MAX_ALIASES = 100
/** The parser is no fast one. */
const MAX_YAML_CHARACTERS = 1 << 20

/** Whether a file of this name is one of ours, by the end of it. Source: Container Device Interface specification. */
export function isCdiFile(path: string): boolean {
  return path.endsWith('.json') || isYaml(path)
}

/** The value that a file's text stands for. @throws {TspodError} E_BAD_CDI */
export async function readDocument(text: string, path: string): Promise<unknown> {
  return isYaml(path) ? await parseYaml(text, path) : parseJson(text, path)
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path)
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw badFile(path, 'it is not JSON', error)
    throw error
  }
}

/** Its package is loaded where there is such a file. A text that is nested without end ends the parser's stack. */
async function parseYaml(text: string, path: string): Promise<unknown> {
  if (text.length > MAX_YAML_CHARACTERS) throw badFile(path, `it is longer than ${MAX_YAML_CHARACTERS} characters`)
  const { parse, YAMLError } = await import('yaml')
  try {
    // A search for keys that are there twice would take the square of their number.
    return parse(text, { maxAliasCount: MAX_ALIASES, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  } catch (error) {
    if (error instanceof YAMLError) throw badFile(path, `it is not YAML: ${error.message}`, error)
    if (error instanceof ReferenceError || error instanceof RangeError)
      throw badFile(path, 'its aliases or its nesting have no end', error)
    throw error
  }
}

function badFile(path: string, problem: string, cause?: Error): TspodError {
  return new TspodError('E_BAD_CDI', `${path} is not valid: ${problem}`, { cause })
}
