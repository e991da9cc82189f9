import { TspodError } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'

interface Absent {
  /** completes "… is not supported yet" */
  readonly yet?: string
  /** completes "tspod has no COMMAND: …": it is not meant to come */
  readonly never?: string
  readonly hint: string
}

const BUILDING: Absent = {
  yet: 'building images',
  hint: 'build it elsewhere and "tspod pull" or "tspod load" it, or make it from a container with "tspod commit"',
}
const BUILD_CACHE: Absent = {
  yet: 'a cache of builds',
  hint: '"tspod system df" shows what takes room, and "tspod system prune" removes what nobody uses',
}
const BUILDERS: Absent = { yet: 'making builders', hint: 'there is one, default: see "tspod buildx ls"' }
const COMPOSE: Absent = {
  yet: 'compose',
  hint: 'start the containers one by one; "tspod pod create" has them share a network',
}
const KUBE: Absent = {
  yet: 'YAML of Kubernetes',
  hint: 'make the pod with "tspod pod create", and its containers with "tspod run --pod"',
}
const UNITS: Absent = {
  yet: 'making units of systemd',
  hint: 'give the container "--restart always", and have it started with the machine by "tspod system boot enable"',
}
const CLONING: Absent = { yet: 'cloning', hint: '"tspod commit" a container and "tspod run" the image' }
const CHECKPOINTS: Absent = {
  yet: 'a checkpoint',
  hint: '"tspod pause" holds a container, and "tspod commit" keeps its files',
}
const SERVICE: Absent = {
  yet: 'the REST API',
  hint: 'call the command: no service has to run; "tspod system docker-alias install" names it docker',
}
const SWARM: Absent = {
  never: 'it works on one machine',
  hint: 'start containers with "tspod run", and give them "--restart always" to keep them up',
}
const ELSEWHERE: Absent = {
  never: 'it works on this machine, without a daemon',
  hint: 'call tspod there, with "ssh HOST tspod ps"',
}
const NOTHING_TO_DO: Absent = {
  never: 'there is nothing for it to do here',
  hint: 'leave it out; "tspod doctor" says whether all is right',
}
const SCANNING: Absent = {
  never: 'it does not look for flaws in images',
  hint: 'give them to a program that does, with "tspod save -o image.tar IMAGE"',
}

/** What docker and podman have, and people ask for. A key of a group is for all of its verbs that have none of their own. */
export const ABSENT: Readonly<Record<string, Absent>> = {
  artifact: { yet: 'an artifact that is no image', hint: 'fetch it with a client of registries, and mount it with -v' },
  'auto-update': {
    yet: 'auto-update',
    hint: '"tspod pull" the image, and make the container anew with "run --replace"',
  },
  build: BUILDING,
  'builder build': BUILDING,
  'builder prune': BUILD_CACHE,
  'buildx bake': BUILDING,
  'buildx build': BUILDING,
  'buildx create': BUILDERS,
  'buildx du': BUILD_CACHE,
  'buildx imagetools': { yet: 'imagetools', hint: 'see "tspod manifest inspect" and "tspod manifest create"' },
  'buildx prune': BUILD_CACHE,
  'buildx rm': BUILDERS,
  'buildx use': BUILDERS,
  checkpoint: CHECKPOINTS,
  compose: COMPOSE,
  config: SWARM,
  'container checkpoint': CHECKPOINTS,
  'container clone': CLONING,
  'container restore': CHECKPOINTS,
  'container runlabel': {
    never: 'it carries out no commands that an image brings along',
    hint: 'read the label with "tspod image inspect", and type it',
  },
  'context create': ELSEWHERE,
  'context export': ELSEWHERE,
  'context import': ELSEWHERE,
  'context rm': ELSEWHERE,
  'context update': ELSEWHERE,
  debug: {
    yet: 'debug',
    hint: '"tspod exec -it CONTAINER sh" is a shell in one, and "tspod why CONTAINER" says why it ended',
  },
  'docker-compose': COMPOSE,
  farm: BUILDING,
  generate: KUBE,
  'generate spec': KUBE,
  'generate systemd': UNITS,
  'image build': BUILDING,
  'image scp': { yet: 'image scp', hint: '"tspod save IMAGE | ssh HOST tspod load" takes it to another machine' },
  'image sign': {
    yet: 'signing an image that is not pushed',
    hint: 'sign it on its way to a registry, with "tspod push --sign-by-sigstore-private-key"',
  },
  kube: KUBE,
  machine: { never: 'containers need no virtual machine on Linux', hint: 'leave it out, and "tspod run" at once' },
  'network update': { yet: 'network update', hint: 'make another one with --dns, and see "tspod network connect"' },
  node: SWARM,
  play: KUBE,
  plugin: { never: 'it has no plugins', hint: 'see "tspod --help" for what it has' },
  'pod clone': CLONING,
  'podman-compose': COMPOSE,
  quadlet: UNITS,
  sbom: SCANNING,
  scout: SCANNING,
  service: SWARM,
  stack: SWARM,
  swarm: SWARM,
  'system connection': ELSEWHERE,
  'system dial-stdio': ELSEWHERE,
  'system migrate': NOTHING_TO_DO,
  'system renumber': NOTHING_TO_DO,
  'system reset': { yet: 'system reset', hint: 'end all with "tspod rm -fa"; then "tspod system prune -a --volumes"' },
  'system service': SERVICE,
  trust: { yet: 'trust', hint: 'see "tspod image trust" for which images may be taken; "tspod push" signs' },
  'volume reload': NOTHING_TO_DO,
}

/** The error for a command that docker or podman has, one clear line. */
export function notYet(words: readonly string[]): TspodError | undefined {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => Object.hasOwn(ABSENT, one))
  return name === undefined ? undefined : absent(name)
}

/** A hint for one that may be such a command, misspelt. */
export function nearlyNotYet(word: string): string | undefined {
  const name = nearest(word, Object.keys(ABSENT))
  const error = name === undefined ? undefined : absent(name)
  return error && `did you mean ${name}? ${error.message}: ${error.hint}`
}

function absent(name: string): TspodError | undefined {
  const found = ABSENT[name]
  if (!found) return undefined
  const { yet, never, hint } = found
  return yet === undefined
    ? new TspodError('E_UNSUPPORTED', `tspod has no "${name}": ${never}`, { hint })
    : new TspodError('E_NOT_YET', `${yet} is not supported yet`, { hint })
}
