import { badOption } from './bad-option.ts'

/** Long names of letters that are asked for here. Source: passt(1), "OPTIONS". */
const LETTERS: Readonly<Record<string, string>> = {
  P: '--pid',
  T: '--tcp-ns',
  U: '--udp-ns',
  a: '--address',
  d: '--debug',
  e: '--stderr',
  f: '--foreground',
  g: '--gateway',
  i: '--interface',
  m: '--mtu',
  n: '--netmask',
  t: '--tcp-ports',
  u: '--udp-ports',
}

/** Letters that a value follows; the rest of their word is one. Source: passt(1). */
const WITH_VALUE = 'DFHIMPSTUaghilmnoptu'

/** Which namespaces it serves, as whom, and how we hear that it is ready is for us to say. */
const OURS = [
  '--config-net',
  '--daemon',
  '--debug',
  '--foreground',
  '--help',
  '--netns',
  '--netns-only',
  '--no-netns-quit',
  '--pid',
  '--runas',
  '--stderr',
  '--trace',
  '--userns',
  '--version',
]

const MOST_WORDS = 256
const MOST_CHARACTERS = 1024

/**
 * The words of `--network pasta:WORD,WORD`.
 *
 * @throws {TspodError} E_BAD_NETWORK_OPTION: one is ours, or none of an option
 * @see podman-run(1), "--network"; passt(1)
 */
export function parsePastaOptions(text: string): string[] {
  const words = text.split(',').filter((word) => word !== '')
  const [first] = words
  if (first !== undefined && !isOption(first)) throw badOption('pasta', first, 'options begin with -')
  if (words.length > MOST_WORDS) throw badOption('pasta', text, `more than ${MOST_WORDS} words`)
  for (const word of words) requirePastaWord(word)
  return words
}

/** An option, or the value of one. @throws {TspodError} E_BAD_NETWORK_OPTION */
export function requirePastaWord(word: string): void {
  if (word.length > MOST_CHARACTERS || word.includes('\0')) throw badOption('pasta', word, 'no option looks like that')
  const isOurs = isOption(word) && namesOf(word).some((name) => OURS.some((ours) => ours.startsWith(name)))
  if (isOurs) throw badOption('pasta', word, 'that is not for a container to say')
}

/** Those of the file, but for options that are among the others, too; then the others. */
export function mergePastaOptions(ofFile: readonly string[], own: readonly string[]): string[] {
  let kept = true
  const rest = ofFile.filter((word) => {
    if (isOption(word)) kept = !namesOf(word).some((name) => givesOption(own, name))
    return kept
  })
  return [...rest, ...own]
}

/** @param name the long one */
export function givesOption(words: readonly string[], name: string): boolean {
  return words.some((word) => isOption(word) && namesOf(word).includes(name))
}

function isOption(word: string): boolean {
  return /^-./.test(word)
}

/** Long names of what a word asks for: `--mtu=1500`, `-4T5432`. */
function namesOf(word: string): string[] {
  if (word.startsWith('--')) return [word.split('=', 1)[0] ?? word]
  const letters = [...word.slice(1)]
  const end = letters.findIndex((letter) => WITH_VALUE.includes(letter))
  return letters.slice(0, end < 0 ? undefined : end + 1).map((letter) => LETTERS[letter] ?? `-${letter}`)
}
