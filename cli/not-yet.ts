import { TspodError } from '../base/errors.ts'

const BUILDING = {
  what: 'building images',
  exitCode: 125,
  hint: 'build it elsewhere and "tspod pull" or "tspod load" it, or make it from a container with "tspod commit"',
}

/** What docker and podman have, and people ask for first. */
const NOT_YET: Readonly<Record<string, { readonly what: string; readonly exitCode: number; readonly hint: string }>> = {
  build: BUILDING,
  'builder build': BUILDING,
  'buildx bake': BUILDING,
  'buildx build': BUILDING,
  'image build': BUILDING,
  // Scripts try it to see whether it is there. Source: docker/cli, "unknown command".
  compose: {
    what: 'compose',
    exitCode: 1,
    hint: 'start the containers one by one; "tspod pod create" has them share a network',
  },
}

/** The error for a command that is meant to come, one clear line. */
export function notYet(words: readonly string[]): TspodError | undefined {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => Object.hasOwn(NOT_YET, one))
  const found = name === undefined ? undefined : NOT_YET[name]
  if (!found) return undefined
  return new TspodError('E_NOT_YET', `${found.what} is not supported yet`, found)
}
