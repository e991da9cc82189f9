import { statSync } from 'node:fs'
import { runChild } from '../../base/child.ts'
import { isErrno } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'

const PATIENCE_MS = 5000
const MOST_CHARACTERS = 16_384

/**
 * What a program says of its version, or where that is nothing of its options, as it does when it is given one that
 * there is not. Asked once, and again when the file at `program` is another one: to start it takes longer than most of
 * what a container's start needs.
 *
 * @param program absolute path
 */
export function programVersion({ storage: { facts } }: Engine, program: string): string {
  const { size, mtimeMs } = statSync(program)
  const key = `version of ${program}`
  const file = `${size} ${mtimeMs}\n`
  const known = facts.get(key)
  if (known?.startsWith(file)) return known.slice(file.length)
  const text = ask(program, '--version') || ask(program, '--no-such-option')
  facts.set(key, file + text)
  return text
}

function ask(program: string, option: string): string {
  try {
    const said = runChild(program, [option], { timeoutMs: PATIENCE_MS })
    return (said?.stdout || said?.stderr || '').slice(0, MOST_CHARACTERS).trim()
  } catch (error) {
    if (isErrno(error, 'ETIMEDOUT', 'ENOBUFS')) return ''
    throw error
  }
}
