import { nearest } from '../base/nearest.ts'

/** Nouns whose verbs may stand alone: `system why` is `why`, but `pod update` is not `update`. */
const STAND_ALONE: readonly string[] = ['container', 'image', 'system']

/** Other programs' words for a verb, and people's. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['create'],
  del: ['rm'],
  delete: ['rm'],
  describe: ['inspect'],
  destroy: ['rm'],
  df: ['system df'],
  du: ['system df'],
  enter: ['exec'],
  execute: ['exec'],
  get: ['ls', 'ps'],
  info: ['inspect'],
  list: ['ls'],
  ll: ['ls', 'ps'],
  ls: ['ps'],
  make: ['create'],
  new: ['create'],
  pods: ['pod ps'],
  prune: ['system prune'],
  reload: ['network reload'],
  remove: ['rm'],
  sh: ['exec'],
  shell: ['exec'],
  show: ['inspect'],
  ssh: ['exec'],
  stat: ['stats'],
  status: ['ps'],
  up: ['start'],
  down: ['stop'],
}

/**
 * The command that was meant by one that there is not: of what is typed behind a noun the verb alone may be another
 * one, and the noun itself may be misspelt. Pure.
 *
 * @param noun that `words` begin with
 * @param names of all commands, in all their spellings
 */
export function meantCommand(
  words: readonly string[],
  {
    noun,
    nouns,
    names,
  }: { readonly noun: string | undefined; readonly nouns: readonly string[]; readonly names: readonly string[] },
): string | undefined {
  const [first = '', second] = words
  if (noun !== undefined) return meantVerb(noun, words[noun.split(' ').length] ?? '', names)
  const meantNoun = second === undefined || second.startsWith('-') ? undefined : nearest(first, nouns)
  const inNoun = meantNoun === undefined ? undefined : meantVerb(meantNoun, second ?? '', names)
  return inNoun ?? synonym(first, names) ?? nearest(first, names)
}

/** A verb of that noun, else one that stands alone. */
function meantVerb(noun: string, verb: string, names: readonly string[]): string | undefined {
  const verbs = names.filter((name) => name.startsWith(`${noun} `)).map((name) => name.slice(noun.length + 1))
  const found = verbs.includes(verb) ? verb : (synonym(verb, verbs) ?? nearest(verb, verbs))
  if (found !== undefined) return `${noun} ${found}`
  return STAND_ALONE.includes(noun) && names.includes(verb) ? verb : undefined
}

function synonym(word: string, names: readonly string[]): string | undefined {
  const meant = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined
  return meant?.find((name) => names.includes(name))
}
