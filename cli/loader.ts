import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'

/**
 * The program's first file. It loads the others together with what V8 compiled of them when this command
 * ran before: all functions it used, where node's own compile cache has but the outermost. That is a
 * quarter of the time of a short command.
 */

/** Of all files of this build; V8 itself compares no more than their lengths. */
declare const BUILD: string

/** Files of other builds go when nobody has used them for so long. */
const STALE_MS = 7 * 24 * 3600 * 1000

interface Part {
  readonly exports: Record<string, unknown>
}

const parts = new Map<string, Part>()
const fresh: { readonly name: string; readonly script: Script }[] = []
const nodeRequire = createRequire(__filename)
// bin/tspod sets it; this runs before there is a configuration.
const directory = process.env['_TSPOD_CODE']
const word = wordOf(process.argv.slice(2))

/** What needs the same code has the same word: all that show help do, though what a container is to run may look so. */
function wordOf(words: readonly string[]): string {
  if (words[0] === '__complete') return 'complete'
  const at = words.findIndex((arg) => /^[a-z]{2,16}$/.test(arg))
  const command = words[at] ?? 'none'
  const help = words.findIndex((arg) => arg === '--help' || arg === '-h')
  return help >= 0 && (help <= at + 1 || !/^(run|exec|create|container)$/.test(command)) ? 'help' : command
}

function load(id: string): unknown {
  if (!/^\.\/[\w-]+\.cjs$/.test(id)) return nodeRequire(id)
  const known = parts.get(id)
  if (known) return known.exports
  const filename = join(__dirname, id)
  // Each of its bytes is a character: the build writes ASCII.
  const source = readFileSync(filename, 'latin1')
  const name = `${word}-${id.slice(2, -4)}-${BUILD}`
  const cachedData = readCode(name)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename,
    ...(cachedData ? { cachedData } : {}),
  })
  if (!cachedData || script.cachedDataRejected) fresh.push({ name, script })
  const part: Part = { exports: {} }
  parts.set(id, part)
  script.runInThisContext()(part.exports, load, part, filename, __dirname)
  return part.exports
}

/** Code is run: what belongs to somebody else, or can be written by others, is none. */
function readCode(name: string): Buffer | undefined {
  if (!directory) return undefined
  try {
    const fd = openSync(join(directory, name), 'r')
    try {
      const { uid, mode } = fstatSync(fd)
      return uid === process.geteuid?.() && (mode & 0o022) === 0 ? readFileSync(fd) : undefined
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined // there is none, which is no reason to say anything
  }
}

/** Whole and on the disk, or not at all: V8 does not notice a part that is missing. */
function writeCode(path: string, name: string, code: Buffer): void {
  const temporary = join(path, `${process.pid}.new`)
  const fd = openSync(temporary, 'wx', 0o600)
  try {
    for (let at = 0; at < code.length; ) at += writeSync(fd, code, at)
    fsyncSync(fd)
    renameSync(temporary, join(path, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

function sweep(path: string): void {
  for (const name of readdirSync(path)) {
    const file = join(path, name)
    if (!name.endsWith(BUILD) && Date.now() - statSync(file).mtimeMs > STALE_MS) rmSync(file, { force: true })
  }
}

// A command that failed has not come to most of its functions.
process.on('exit', (status) => {
  if (!directory || status !== 0 || fresh.length === 0) return
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    for (const { name, script } of fresh) writeCode(directory, name, script.createCachedData())
    sweep(directory)
  } catch {
    // A full disk, a home that cannot be written to: the next start is as slow as this one.
  }
})

// The parts ask each other for modules by this: scripts/split-bundle.ts.
Object.assign(globalThis, { __parts: load })
load('./start.cjs')
