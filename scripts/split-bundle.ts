import { readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/**
 * The commands that are called all the time, and what they load late every time. They and what they
 * import are one file; all the rest is another one, loaded by the first module of it that is asked
 * for: the larger a file is the longer it takes to load, whatever of it is used.
 */
const HOT = [
  'cli/main.ts',
  'cli/open.ts',
  'cli/parse-command.ts',
  ...['run', 'exec', 'ps', 'start', 'stop', 'rm', 'version', 'container-cleanup'].map(
    (name) => `cli/commands/${name}.ts`,
  ),
  'engine/config/load-containers-conf.ts',
  'engine/open.ts',
  'engine/spec/seccomp/cached-filter.ts',
  'ui/progress/writer.ts',
]

const COLD_FILE = './cold.cjs'
const HOT_FILE = './hot.cjs'

/** Paths are relative to the checkout. */
export interface Split {
  readonly hot: ReadonlySet<string>
  /** of the rest, those that hot ones load late */
  readonly late: readonly string[]
  /** hot ones that the rest imports */
  readonly shared: readonly string[]
}

/** Finds out which module belongs where, from the imports of all of them. */
export async function findSplit(options: BuildOptions, root: string): Promise<Split> {
  const { metafile } = await build({
    ...options,
    entryPoints: HOT,
    outdir: join(root, 'dist'),
    metafile: true,
    write: false,
  })
  const inputs = metafile?.inputs ?? {}
  const importsOf = (path: string, late: boolean): string[] =>
    (inputs[path]?.imports ?? [])
      .filter((one) => !one.external && (one.kind === 'dynamic-import') === late && one.path in inputs)
      .map((one) => one.path)
  const hot = new Set(HOT)
  for (const path of hot) for (const imported of importsOf(path, false)) hot.add(imported)
  const ours = (path: string): boolean => path.endsWith('.ts') && !path.includes('node_modules')
  const cold = Object.keys(inputs).filter((path) => !hot.has(path))
  const late = [...hot].flatMap((path) => importsOf(path, true)).filter((path) => !hot.has(path))
  const shared = cold.flatMap((path) => [...importsOf(path, false), ...importsOf(path, true)])
  return {
    hot,
    late: distinct(late.filter(ours)),
    shared: distinct(shared.filter((path) => hot.has(path) && ours(path))),
  }
}

/** The hot file: it lets the rest have its modules, and asks for those of the rest by their paths. */
export function hotBundle({ hot, shared }: Split, root: string): BuildOptions {
  const lateCalls: Plugin = {
    name: 'cold-modules',
    setup: (build) =>
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = relative(root, path)
        if (here.includes('node_modules')) return undefined
        const contents = readFileSync(path, 'utf8').replace(/\bimport\('(\.[^']+\.ts)'\)/g, (call, target: string) => {
          const module = posix.join(dirname(here), target)
          return hot.has(module) ? call : `globalThis.__cold('${module}')`
        })
        return { contents, loader: 'ts' }
      }),
  }
  const entries = shared.map((path) => `'${path}': () => require('./${path}')`).join(',\n')
  return {
    stdin: {
      contents: `
        exports.modules = { ${entries} }
        globalThis.__cold = (path) => Promise.resolve().then(() => coldModule(path))
        require('./cli/main.ts')`,
      resolveDir: root,
    },
    // Outside of what is bundled, where `require` is node's.
    footer: { js: `function coldModule(path) { return require('${COLD_FILE}')[path]() }` },
    plugins: [lateCalls],
  }
}

/** The other file: what of it the hot one asks for; the modules of the hot one it has from there. */
export function coldBundle({ hot, late }: Split, root: string): BuildOptions {
  const hotModules: Plugin = {
    name: 'hot-modules',
    setup: (build) => {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, importer, namespace }) => {
        if (namespace !== 'file' || importer === '') return undefined
        const module = posix.join(dirname(relative(root, importer)), path)
        return hot.has(module) ? { path: module, namespace: 'hot' } : undefined
      })
      build.onResolve({ filter: /^\.\/hot\.cjs$/ }, ({ path }) => ({ path, external: true }))
      build.onLoad({ filter: /.*/, namespace: 'hot' }, ({ path }) => ({
        contents: `module.exports = require('${HOT_FILE}').modules['${path}']()`,
        resolveDir: root,
      }))
    },
  }
  return {
    stdin: {
      contents: late.map((path) => `exports['${path}'] = () => require('./${path}')`).join('\n'),
      resolveDir: root,
    },
    plugins: [hotModules],
  }
}

function distinct(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort()
}
