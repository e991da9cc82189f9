import type { Option } from './option.ts'

/** Of `run` and `create`. */
export const EXPLAIN_OPTION = {
  type: 'string',
  implied: 'words',
  choices: ['words', 'json'],
  placeholder: 'FORMAT',
  describe: 'do nothing, but say what would be done and which flag or file decided each value: words or json',
} as const satisfies Option
