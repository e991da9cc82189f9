import { TspodError } from '../../base/errors.ts'
import { quote } from '../spec/bad-value.ts'

const ADJECTIVES =
  'amber bold brave brisk calm clear clever cosy crisp daring eager early fair fleet fond gentle glad golden grand happy hardy humble jolly keen kind late light lively loyal lucky mellow merry mild neat nimble noble patient plain plucky polite proud quick quiet ready rosy sage sharp silent sleek sly smart snug solid spry steady sunny swift tidy true vivid warm wise witty young zesty'.split(
    ' ',
  )
const NOUNS =
  'alder aspen badger beaver birch bison brook cedar comet coral crane creek dune eagle ember falcon fern finch fjord fox glacier grove harbor hare hawk hazel heron ibex island ivy jay juniper kestrel lagoon lake larch lark lynx maple marten meadow mesa moss otter owl pebble pine plover pond puffin quartz raven reef ridge river robin sparrow spruce stone stork swan thicket tide tern valley willow wren'.split(
    ' ',
  )

/** Source: podman-run(1), "--name": the grammar is Docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/
const MOST_LETTERS = 128

/** @throws {TspodError} E_BAD_NAME */
export function parseContainerName(name: string, kind: 'container' | 'pod' = 'container'): string {
  if (name.length > MOST_LETTERS)
    throw new TspodError(
      'E_BAD_NAME',
      `the name ${quote(name)} is too long: ${name.length} letters, of ${MOST_LETTERS}`,
    )
  if (NAME.test(name)) return name
  throw new TspodError('E_BAD_NAME', `${quote(name)} is no name for a ${kind}`, {
    hint: 'use letters, digits, _, . and -, and begin with a letter or a digit',
  })
}

/** Of the names made of two words there are some thousands. */
const ATTEMPTS = 50

/**
 * Makes something under a name for a container that was given none, and under another one as long as it is taken.
 * @throws {TspodError} E_NAME_IN_USE: so were all that were tried
 */
export async function withRandomName<T>(make: (name: string) => Promise<T>, random = randomName): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await make(random())
    } catch (error) {
      const isTaken = error instanceof TspodError && error.code === 'E_NAME_IN_USE'
      if (!isTaken || attempt === ATTEMPTS) throw error
    }
  }
}

function randomName(): string {
  return `${oneOf(ADJECTIVES)}_${oneOf(NOUNS)}`
}

function oneOf(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? ''
}
