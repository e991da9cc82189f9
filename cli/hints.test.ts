import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import type { AnyCommand } from './command.ts'
import { commands } from './commands/index.ts'
import { GLOBAL_OPTIONS, leadingOptions } from './config.ts'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = ['base', 'cli', 'engine', 'network', 'storage'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
)
/** Flags of others: of a command that is to be typed. */
const FOREIGN = /\b(?:usermod(?:\(8\))?|sysctl|tar)(?: --[\w-]+(?: \u00a7| and)?)+/g
/** Stands for what a template puts in. */
const PART = '\u00a7'

/** What a file says in whole sentences, rather than what it compares or passes on. */
function sentencesOf(path: string): string[] {
  const sentences: string[] = []
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(PART)
        : undefined
    if (text?.includes(' ')) sentences.push(text)
    ts.forEachChild(node, visit)
  }
  const text = readFileSync(join(ROOT, path), 'utf8')
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return sentences
}

const SENTENCES = SOURCES.flatMap((path) => sentencesOf(path).map((text) => ({ path, text })))

const loaded = await Promise.all(
  Object.entries(commands).map(async ([name, { aliases = [], load }]) => {
    const command: AnyCommand = (await load()).default
    return { names: [name, ...aliases], command }
  }),
)

function flagsOf(options: AnyCommand['options']): string[] {
  return Object.entries(options).flatMap(([name, { type, alias = [], aliasAs }]) => [
    `--${name}`,
    ...(type === 'boolean' ? [`--no-${name}`] : []),
    ...[alias, aliasAs?.docker ?? [], aliasAs?.podman ?? []]
      .flat()
      .map((other) => (other.length === 1 ? `-${other}` : `--${other}`)),
  ])
}

const EVERY_COMMAND = ['--help', '-h', ...flagsOf(GLOBAL_OPTIONS)]

/** What is wrong with a command line of ours that is quoted; undefined where nothing is. */
function problemOf(line: string): string | undefined {
  const words = line.split(' ')
  const [first = ''] = words
  if (first.startsWith('-')) return flagsOf(leadingOptions('podman')).includes(first) ? undefined : first
  if (first === 'help' || first === 'COMMAND' || first.includes(PART)) return undefined
  const isNoun = loaded.some(({ names }) => names.some((name) => name.startsWith(`${line} `)))
  if (isNoun) return undefined
  const typed = [3, 2, 1].map((length) => words.slice(0, length).join(' '))
  const name = typed.find((typed) => loaded.some(({ names }) => names.includes(typed)))
  const command = loaded.find(({ names }) => name !== undefined && names.includes(name))?.command
  if (!command || name === undefined) return `no command ${line}`
  const rest = words.slice(name.split(' ').length)
  const end = command.optionsEndAtPositional ? rest.findIndex((word) => !word.startsWith('-')) : -1
  const known = [...EVERY_COMMAND, ...flagsOf(command.options)]
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .map((word) => word.replace(/=.*/, ''))
    .flatMap((word) => (/^-\w{2,}$/.test(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word]))
    .find((word) => word.startsWith('-') && word !== '-' && !known.includes(word))
}

test('every command of ours that is quoted exists, with its flags', () => {
  const quoted = SENTENCES.flatMap(({ path, text }) =>
    [...text.matchAll(/"tspod ([^"]*)"/g)].map(([, line = '']) => ({ path, line: line.trim() })),
  )
  expect(quoted.length).toBeGreaterThan(100)
  expect(quoted.flatMap(({ path, line }) => (problemOf(line) === undefined ? [] : [`${path}: ${line}`]))).toEqual([])
})

test('every flag that is named exists', () => {
  const known = new Set([
    ...[...EVERY_COMMAND, ...flagsOf(leadingOptions('docker'))],
    ...loaded.flatMap(({ command }) => flagsOf(command.options)),
  ])
  const wrong = SENTENCES.flatMap(({ path, text }) =>
    [...text.replace(FOREIGN, '').matchAll(/(?<![^\s("'`/])--[a-z][a-z0-9-]*/g)].flatMap(([flag]) =>
      known.has(flag) ? [] : [`${path}: ${flag}: ${text}`],
    ),
  )
  expect(wrong).toEqual([])
})
