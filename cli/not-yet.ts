import { TspodError } from '../base/errors.ts'

/** What docker and podman have, and people ask for first. */
const NOT_YET: Readonly<Record<string, { readonly what: string; readonly exitCode: number }>> = {
  build: { what: 'building images', exitCode: 125 },
  'builder build': { what: 'building images', exitCode: 125 },
  'buildx bake': { what: 'building images', exitCode: 125 },
  'buildx build': { what: 'building images', exitCode: 125 },
  'image build': { what: 'building images', exitCode: 125 },
  // Scripts try it to see whether it is there. Source: docker/cli, "unknown command".
  compose: { what: 'compose', exitCode: 1 },
}

/** The error for a command that is meant to come, one clear line. */
export function notYet(words: readonly string[]): TspodError | undefined {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => Object.hasOwn(NOT_YET, one))
  const found = name === undefined ? undefined : NOT_YET[name]
  if (!found) return undefined
  return new TspodError('E_NOT_YET', `${found.what} is not supported yet`, { exitCode: found.exitCode })
}
