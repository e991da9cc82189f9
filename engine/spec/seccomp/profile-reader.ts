import { TspodError } from '../../../base/errors.ts'
import { quote } from '../bad-value.ts'

/** More than all system calls of all architectures. */
const MAX_NAMES = 4096
const MAX_STRING = 256

/**
 * Reads members of a JSON object that nobody vouches for: each is what is asked for or an error
 * that says where in the file it stands. `null` is as if it were not there, as Go writes it so.
 */
export class ProfileReader {
  readonly #value: object
  readonly #file: string
  readonly #place: string

  private constructor(value: object, file: string, place: string) {
    this.#value = value
    this.#file = file
    this.#place = place
  }

  /** The file and the place in it, for a message. */
  get where(): string {
    return `${quote(this.#file)}${this.#place === '' ? '' : ` at ${this.#place}`}`
  }

  /** @throws {TspodError} E_BAD_SECCOMP: not a JSON object */
  static parse(text: string, path: string): ProfileReader {
    try {
      const value: unknown = JSON.parse(text)
      if (isObject(value)) return new ProfileReader(value, path, '')
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
    throw new TspodError('E_BAD_SECCOMP', `bad seccomp profile ${quote(path)}: it is not a JSON object`)
  }

  fail(why: string): TspodError {
    return new TspodError('E_BAD_SECCOMP', `bad seccomp profile ${this.where}: ${why}`)
  }

  string(member: string): string {
    const value = this.optionalString(member)
    if (value === undefined) throw this.fail(`${member} is missing`)
    return value
  }

  optionalString(member: string): string | undefined {
    const value = this.#member(member)
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value.length > MAX_STRING) throw this.fail(`${member} is not a string`)
    return value
  }

  /** A whole number from 0 to `max`. */
  optionalInteger(member: string, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#member(member)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value
    throw this.fail(`${member} is not a whole number from 0 to ${max}`)
  }

  /** Empty where there is none. */
  strings(member: string): readonly string[] {
    const value = this.#array(member, MAX_NAMES)
    if (value.every((word) => typeof word === 'string' && word.length <= MAX_STRING)) return value as readonly string[]
    throw this.fail(`${member} is not a list of strings`)
  }

  optionalObject(member: string): ProfileReader | undefined {
    const value = this.#member(member)
    return value === undefined ? undefined : this.#nested(value, member)
  }

  /** A list of objects; empty where there is none. */
  list(member: string, max: number): ProfileReader[] {
    return this.#array(member, max).map((value, index) => this.#nested(value, `${member}[${index}]`))
  }

  #nested(value: unknown, member: string): ProfileReader {
    if (!isObject(value)) throw this.fail(`${member} is not an object`)
    return new ProfileReader(value, this.#file, this.#place === '' ? member : `${this.#place}.${member}`)
  }

  #array(member: string, max: number): readonly unknown[] {
    const value = this.#member(member)
    if (value === undefined) return []
    if (!Array.isArray(value)) throw this.fail(`${member} is not a list`)
    if (value.length > max) throw this.fail(`${member} has more than ${max} entries`)
    return value
  }

  #member(name: string): unknown {
    const value: unknown = Object.getOwnPropertyDescriptor(this.#value, name)?.value
    return value === null ? undefined : value
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
