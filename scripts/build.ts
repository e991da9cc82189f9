/**
 * `npm run build [-- --all]`: the bundle and the man pages into dist/; the launcher, the gateway, the image `hello` and
 * addons into a directory of dist/ that is called as the machine's architecture, with `--all` those
 * of the others, too. What is up to date is left alone.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, type BuildResult, build, type OnLoadArgs, type OnLoadResult, type Plugin } from 'esbuild'
import { ARCHITECTURES, buildNativeParts, ownArchitecture } from './native-parts.ts'
import { runProgram } from './run-program.ts'
import { bundlePart, findSplit } from './split-bundle.ts'
import { thirdPartyText } from './third-party.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')

/** One process of its own: what commands load holds it. */
async function buildManual(): Promise<void> {
  const sources = readdirSync(join(ROOT, 'cli'), { recursive: true, encoding: 'utf8' })
  const last = join(DIST, 'man/man1/tspod.1')
  const built = existsSync(last) ? statSync(last).mtimeMs : 0
  if (sources.every((name) => statSync(join(ROOT, 'cli', name)).mtimeMs < built)) return
  await runProgram(process.execPath, [join(ROOT, 'scripts/man-pages.ts')])
}

const BUNDLE = {
  absWorkingDir: ROOT,
  bundle: true,
  // CommonJS: what a command does not use of a file is never compiled, where each file of a split
  // module graph costs about a millisecond at start.
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // one byte a character, and every part loaded by cli/loader.ts
  charset: 'ascii',
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
} as const

/**
 * Modules of node's that its start has not loaded anyway: each takes some milliseconds, so each is
 * loaded when something of it is first used, not where it is imported.
 */
const LATE = [
  'assert',
  'async_hooks',
  'child_process',
  'crypto',
  'diagnostics_channel',
  'dns',
  'fs/promises',
  'http',
  'https',
  'module',
  'net',
  'os',
  'perf_hooks',
  'querystring',
  'stream',
  'stream/promises',
  'timers/promises',
  'tls',
  'tty',
  'util',
  'worker_threads',
  'zlib',
]

const lateModules: Plugin = {
  name: 'late-modules',
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^(node:)?(${LATE.join('|')})$`) }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, '')
      const isFunction = typeof process.getBuiltinModule(`node:${name}`) === 'function'
      if (isFunction && kind === 'require-call') return undefined
      return { path: name, namespace: kind === 'import-statement' && importer.endsWith('.ts') ? 'late-ours' : 'late' }
    })
    const load = ({ path }: OnLoadArgs, names: readonly string[]): OnLoadResult => ({
      contents: [
        `const load = () => process.getBuiltinModule('node:${path}')`,
        `for (const name of ${JSON.stringify(names)})`,
        '  Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] })',
      ].join('\n'),
    })
    const namesOf = (path: string): string[] => Object.keys(process.getBuiltinModule(`node:${path}`) as object)
    build.onLoad({ filter: /.*/, namespace: 'late' }, (args) => load(args, namesOf(args.path)))
    const ours = importedNames()
    build.onLoad({ filter: /.*/, namespace: 'late-ours' }, (args) =>
      load(
        args,
        namesOf(args.path).filter((name) => ours.has(name)),
      ),
    )
  },
}

/** What our files import of modules of node's: each name more costs every file that imports something of the module. */
function importedNames(): Set<string> {
  const files = ['base', 'cli', 'engine', 'network', 'storage', 'ui'].flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, directory, name), 'utf8')),
  )
  const lists = files.flatMap((text) =>
    [...text.matchAll(/^import \{([^}]*)\} from 'node:/gm)].map(([, list]) => list ?? ''),
  )
  return new Set(lists.flatMap((list) => list.split(',').map((name) => name.trim().split(' ')[0] ?? '')))
}

/**
 * What stands in for modules that undici asks for as soon as it is loaded, and that take longer to
 * load than an answer takes to come: of assert it uses the one function, and we ask for no HTTP/2.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  'node:assert': `
    module.exports = (value, message) => {
      if (!value) throw message instanceof Error ? message : new Error(message ?? 'an assertion does not hold')
    }`,
  'node:http2': 'exports.constants = {}',
}

const standIns: Plugin = {
  name: 'stand-ins',
  setup: (build) => {
    const filter = new RegExp(`^(${Object.keys(STAND_INS).join('|')})$`)
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'stand-in' }))
    build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: STAND_INS[path] ?? '' }))
  },
}

/**
 * Large packages that few commands load have a file each, with what of them is used: of undici
 * all that is not its clients, as fetch, WebSocket and caches take longer to load than a small image.
 */
const VENDORS = {
  undici: `
    Object.assign(require('undici/lib/dispatcher/dispatcher.js').prototype, require('undici/lib/api/index.js'))
    exports.Agent = require('undici/lib/dispatcher/agent.js')
    exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent.js')
    exports.buildConnector = require('undici/lib/core/connect.js')`,
  'smol-toml': `
    exports.parse = require('smol-toml').parse
    exports.TomlError = require('smol-toml').TomlError`,
  yaml: `
    exports.parse = require('yaml').parse
    exports.YAMLError = require('yaml').YAMLError`,
} as const

/** The dashboard comes with React and ink, which are larger than all the rest: a file that nothing else loads. */
const dashboardFile: Plugin = {
  name: 'dashboard',
  setup: (build) =>
    build.onResolve({ filter: /\/ui\/dashboard\/open\.ts$/ }, () => ({ path: './dashboard.cjs', external: true })),
}

/** yoga-layout waits for its WebAssembly while it is loaded, which no CommonJS file can: here it says when it is ready. */
const noWaiting: Plugin = {
  name: 'no-waiting',
  setup: (build) => {
    build.onResolve({ filter: /^yoga-layout$/ }, ({ path }) => ({ path, namespace: 'yoga' }))
    build.onLoad({ filter: /.*/, namespace: 'yoga' }, () => ({
      contents: `
        import { loadYoga } from 'yoga-layout/load'
        const yoga = {}
        export default yoga
        export const ready = loadYoga().then((loaded) => { Object.assign(yoga, loaded) })
        export * from 'yoga-layout/load'`,
      resolveDir: ROOT,
    }))
    // ink waits for its developers' tools where DEV is set, which are no part of ours.
    build.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace(/process\.env\['DEV'\] === 'true'/g, 'false')
        .replace(/\bawait (import|loadPackageJson)\(/g, '$1('),
    }))
  },
}

const DASHBOARD: BuildOptions = {
  stdin: {
    contents: `
      exports.openDashboard = async (...args) => {
        await require('yoga-layout').ready
        return await require('./ui/dashboard/open.ts').openDashboard(...args)
      }`,
    resolveDir: ROOT,
  },
  footer: { js: '0 && (module.exports = { openDashboard });' },
  // yoga-layout asks where it is, and has nothing to find there
  define: { ...BUNDLE.define, 'import.meta.url': '__filename', 'process.env.NODE_ENV': '"production"' },
  plugins: [noWaiting, lateModules],
}

async function buildBundle(): Promise<void> {
  const vendors: Plugin = {
    name: 'vendors',
    setup: (build) =>
      build.onResolve({ filter: new RegExp(`^(${Object.keys(VENDORS).join('|')})$`) }, ({ path }) => ({
        path: `./vendor-${path}.cjs`,
        external: true,
      })),
  }
  const plugins = [vendors, dashboardFile, lateModules]
  // koffi is native; the addon beside the bundle is taken
  const options: BuildOptions = { ...BUNDLE, external: ['koffi'], plugins }
  const split = await findSplit(options, ROOT)
  const buildPart = (name: string, part: BuildOptions): Promise<Built> =>
    buildFiles({ ...options, ...part, outfile: join(DIST, name), plugins: [...(part.plugins ?? []), ...plugins] })
  const written = await Promise.all([
    ...split.parts.map((part) => buildPart(`${part.name}.cjs`, bundlePart(part, split, ROOT))),
    buildPart('unpack-worker.cjs', { entryPoints: ['storage/layers/unpack-worker.ts'] }),
    buildFiles({ ...BUNDLE, ...DASHBOARD, outfile: join(DIST, 'dashboard.cjs') }),
    ...Object.entries(VENDORS).map(([name, contents]) => buildVendor(name, contents)),
  ])
  const digest = createHash('sha256')
  for (const { contents } of written.flatMap(({ outputFiles }) => outputFiles)) digest.update(contents)
  const define = { BUILD: JSON.stringify(digest.digest('hex').slice(0, 16)) }
  await buildFiles({ ...BUNDLE, define, banner: {}, entryPoints: ['cli/loader.ts'], outfile: join(DIST, 'tspod.cjs') })
  const names = written.flatMap(({ outputFiles }) => outputFiles.map(({ path }) => basename(path)))
  // Those of an older build would go into the package.
  for (const name of readdirSync(DIST)) {
    if (name.endsWith('.cjs') && name !== 'tspod.cjs' && !names.includes(name)) rmSync(join(DIST, name))
  }
  const inputs = written.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  replaceFile(join(DIST, 'THIRD-PARTY.txt'), Buffer.from(thirdPartyText(ROOT, inputs)))
}

/** The names at the end are how node finds the exports of a CommonJS file for `import()`. */
async function buildVendor(name: string, contents: string): Promise<Built> {
  const names = [...contents.matchAll(/\bexports\.(\w+) =/g)].map(([, exported]) => exported)
  return await buildFiles({
    ...BUNDLE,
    stdin: { contents, resolveDir: ROOT },
    outfile: join(DIST, `vendor-${name}.cjs`),
    footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
    plugins: [standIns, lateModules],
  })
}

type Built = BuildResult<{ write: false; metafile: true }>

async function buildFiles(options: BuildOptions): Promise<Built> {
  const built = await build({ ...options, write: false, metafile: true })
  for (const { path, contents } of built.outputFiles) replaceFile(path, contents)
  return built
}

/** In one rename: what runs goes on with the file it has. */
function replaceFile(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

mkdirSync(DIST, { recursive: true })
const architectures = process.argv.includes('--all') ? ARCHITECTURES : [ownArchitecture()]
await Promise.all([buildBundle(), buildManual(), ...architectures.map((one) => buildNativeParts(ROOT, one))])
