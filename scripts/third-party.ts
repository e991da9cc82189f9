import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the addons and the static programs contain, beside what esbuild knows of. */
const NATIVE = ['better-sqlite3', 'koffi']
const MUSL = '/usr/share/doc/musl-dev/copyright'

/**
 * The licences of everything that tspod's package contains and others wrote.
 * @param inputs files of the bundle, relative to `root`
 * @throws where a package has no file with its licence
 */
export function thirdPartyText(root: string, inputs: readonly string[]): string {
  const bundled = inputs.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
  const names = [...new Set([...bundled, ...NATIVE])].sort()
  const sections = names.map((name) => packageSection(join(root, 'node_modules', name)))
  if (existsSync(MUSL)) sections.push(`musl (in the launcher and the gateway)\n\n${readFileSync(MUSL, 'utf8').trim()}`)
  sections.push('SQLite (in better-sqlite3)\n\nIn the public domain: https://sqlite.org/copyright.html')
  const heading = 'tspod contains parts of these, under their licences.'
  return `${[heading, ...sections].join(`\n\n${'-'.repeat(80)}\n`)}\n`
}

function packageSection(directory: string): string {
  const manifest: { name: string; version: string; license?: string; homepage?: string } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  )
  const { name, version, license, homepage } = manifest
  const file = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name))
  if (!file && (!license || !homepage)) throw new Error(`${name} has no file with its licence, and names none`)
  const words = file ? readFileSync(join(directory, file), 'utf8').trim() : `Licence: ${license}, see ${homepage}`
  return `${name} ${version}\n\n${words}`
}
