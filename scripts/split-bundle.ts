import { readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/** The program's beginning, which its part runs as it is loaded. */
const MAIN = 'cli/main.ts'

/** What does not know of engines: flags, words, columns. */
const WORDS = ['base', 'cli', 'ui']

const TYPES = ['container', 'image', 'network', 'pod', 'volume']

/** Small, and of several later parts. */
const SHARED = [
  'engine/cgroup/record.ts',
  'engine/container/dependents.ts',
  'engine/container/select.ts',
  'engine/go-map.ts',
  'engine/image/meant-image.ts',
  'engine/image/requested-platform.ts',
  'engine/network/default-network.ts',
  'engine/pod/pod.ts',
  'engine/pod/status.ts',
  'engine/spec/capabilities.ts',
  'engine/volume/users.ts',
  'storage/images/image-files.ts',
  'storage/images/image.ts',
  'storage/layers/metadata.ts',
  'storage/layers/opaque.ts',
  'storage/registry/media-type.ts',
]

interface Outline {
  readonly begins: readonly string[]
  /** top directories: what is imported from others is in a later part */
  readonly within?: readonly string[]
  /** it has modules that do not belong together: each runs when it is asked for, not when the part is loaded */
  readonly mixed?: boolean
  /** parts that are there when this one is loaded; from others it has modules when something of them is first used */
  readonly after: readonly string[]
}

/**
 * The files of the bundle, in the order in which a call comes to need them, each with what it begins at. A module is
 * in the first file whose beginnings import it: the larger a file is the longer it takes to load, whatever of it is
 * used. What none of them imports is in the last one.
 */
const PARTS: Readonly<Record<string, Outline>> = {
  // every call, all that help and `version` need, and the flags of the commands that are called all the time
  start: {
    begins: [
      MAIN,
      'cli/help/command-help.ts',
      'cli/help/command-list.ts',
      'engine/version.ts',
      'ui/progress/writer.ts',
      ...['version', 'run', 'exec', 'start', 'stop', 'rm', 'container-cleanup'].map(commandFile),
    ],
    within: WORDS,
    mixed: true,
    after: [],
  },
  // what opens the storage, and the command that is called in loops
  open: {
    begins: ['cli/open.ts', 'engine/open.ts', commandFile('ps'), 'engine/config/load-containers-conf.ts', ...SHARED],
    after: ['start'],
  },
  // what is done to containers that are there
  handle: {
    begins: [
      'engine/exec.ts',
      ...['stop', 'rm', 'container-cleanup'].map(commandFile),
      'base/undo.ts',
      'engine/container/log-target.ts',
      'engine/container/name.ts',
      'storage/copying/descriptors.ts',
    ],
    after: ['start', 'open'],
  },
  // what starts a container, and what that loads late every time
  engine: {
    begins: ['engine/run.ts', commandFile('start'), 'engine/spec/seccomp/cached-filter.ts'],
    after: ['start', 'open', 'handle'],
  },
  // what looks and changes nothing, as scripts do
  looks: {
    begins: ['images', 'inspect', 'volume-ls', 'network-ls', 'pod-ps', 'port']
      .concat(TYPES.flatMap((type) => [`${type}-inspect`, `${type}-exists`]))
      .map(commandFile),
    mixed: true,
    after: ['start'],
  },
  // the other commands that are called all the time
  verbs: {
    begins: [
      ...['attach', 'cp', 'create', 'diff', 'events', 'kill', 'logs', 'pause', 'rename', 'restart', 'stats', 'top'],
      ...['unpause', 'update', 'wait', 'rmi', 'tag', 'untag', 'network-connect', 'network-disconnect', 'system-df'],
      ...['create', 'rm'].flatMap((verb) => ['network', 'pod', 'volume'].map((type) => `${type}-${verb}`)),
      ...['start', 'stop', 'restart', 'kill'].map((verb) => `pod-${verb}`),
    ].map(commandFile),
    mixed: true,
    after: ['start'],
  },
  // what goes to registries and archives
  transfers: {
    begins: [
      ...['pull', 'push', 'login', 'logout', 'copy', 'save', 'load', 'import', 'export', 'commit', 'search'].map(
        commandFile,
      ),
      'storage/registry/parse-registries-conf.ts',
    ],
    mixed: true,
    after: ['start'],
  },
  // flags of all others
  commands: { begins: ['cli/commands/'], within: WORDS, mixed: true, after: ['start'] },
  rest: { begins: [''], mixed: true, after: ['start', 'open'] },
}

function commandFile(name: string): string {
  return `cli/commands/${name}.ts`
}

/** A file of the bundle; paths are relative to the checkout. */
export interface Part {
  readonly name: string
  /** the modules that other parts ask for, at once or late */
  readonly asked: readonly string[]
}

export interface Split {
  readonly parts: readonly Part[]
  /** the name of each module's part */
  readonly partOf: ReadonlyMap<string, string>
  /** what the modules export that other parts ask for */
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** Finds out which module belongs where, from the imports of all of them. */
export async function findSplit(options: BuildOptions, root: string): Promise<Split> {
  const { metafile } = await build({
    ...options,
    entryPoints: [MAIN],
    outdir: join(root, 'dist'),
    metafile: true,
    write: false,
  })
  const inputs = metafile?.inputs ?? {}
  const importsOf = (path: string) =>
    (inputs[path]?.imports ?? []).filter(({ external, path }) => !external && path in inputs)
  const partOf = new Map<string, string>()
  for (const [name, { begins, within }] of Object.entries(PARTS)) {
    const isWithin = (path: string): boolean => within?.includes(path.split('/')[0] ?? '') ?? true
    const members = new Set<string>()
    for (const one of begins) {
      const found = Object.keys(inputs).filter((path) => (/\.ts$/.test(one) ? path === one : path.startsWith(one)))
      if (found.length === 0) throw new Error(`part ${name} begins at ${one}, which nothing imports`)
      for (const path of found) members.add(path)
    }
    for (const path of members) {
      for (const { path: imported, kind } of importsOf(path)) {
        if (kind !== 'dynamic-import' && isWithin(imported)) members.add(imported)
      }
      if (!partOf.has(path)) partOf.set(path, name)
    }
  }
  const asked = new Set(
    [...partOf].flatMap(([path, part]) =>
      importsOf(path)
        .map((one) => one.path)
        .filter((imported) => partOf.get(imported) !== part && isOurs(imported)),
    ),
  )
  const parts = Object.keys(PARTS).map((name) => ({
    name,
    asked: [...asked].filter((path) => partOf.get(path) === name).sort(),
  }))
  return { parts, partOf, names: await exportedNames([...asked], root) }
}

async function exportedNames(paths: readonly string[], root: string): Promise<Map<string, readonly string[]>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...paths],
    format: 'esm',
    outdir: join(root, 'dist'),
    metafile: true,
    write: false,
  })
  return new Map(Object.values(metafile.outputs).map((one) => [one.entryPoint ?? '', one.exports]))
}

/**
 * A part lets others have its modules by their paths, and has theirs from `globalThis.__parts`, which cli/loader.ts
 * makes: each when something of it is first used, not where it is imported.
 */
export function bundlePart({ name, asked }: Part, { partOf, names }: Split, root: string): BuildOptions {
  const call = (path: string): string => `globalThis.__parts('./${partOf.get(path)}.cjs').modules['${path}']`
  const namesOf = (path: string): readonly string[] => names.get(path) ?? []
  const otherParts: Plugin = {
    name: 'other-parts',
    setup: (build) => {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, importer, namespace }) => {
        if (namespace !== 'file' || importer === '') return undefined
        const module = posix.join(dirname(relative(root, importer)), path)
        return (partOf.get(module) ?? name) === name ? undefined : { path: module, namespace: 'part' }
      })
      build.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
        contents: PARTS[name]?.after.includes(partOf.get(path) ?? '')
          ? `const { ${namesOf(path).join(', ')} } = ${call(path)}; export { ${namesOf(path).join(', ')} }`
          : `const load = () => ${call(path)}
             for (const name of ${JSON.stringify(namesOf(path))})
               Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] })`,
      }))
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = relative(root, path)
        if (!isOurs(here)) return undefined
        const contents = readFileSync(path, 'utf8').replace(/\bimport\('(\.[^']+\.ts)'\)/g, (late, target: string) => {
          const module = posix.join(dirname(here), target)
          return (partOf.get(module) ?? name) === name ? late : `Promise.resolve().then(() => ${call(module)})`
        })
        return { contents, loader: 'ts' }
      })
    },
  }
  const imports = asked.map((path, at) => `import * as m${at} from './${path}'`)
  const table = asked.map(
    (path, at) =>
      `'${path}': { ${namesOf(path)
        .map((one) => `${one}: m${at}.${one}`)
        .join(', ')} }`,
  )
  const getters = asked.map((path) => `get '${path}'() { return require('./${path}') }`)
  const contents = PARTS[name]?.mixed
    ? [`exports.modules = { ${getters.join(',\n')} }`, ...(partOf.get(MAIN) === name ? [`require('./${MAIN}')`] : [])]
    : [...imports, `export const modules = { ${table.join(',\n')} }`]
  return { stdin: { contents: contents.join('\n'), resolveDir: root }, plugins: [otherParts] }
}

function isOurs(path: string): boolean {
  return path.endsWith('.ts') && !path.includes('node_modules')
}
