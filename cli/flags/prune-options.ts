import type { Options } from './option.ts'

/** What every `prune` takes. */
export const PRUNE_OPTIONS = {
  filter: {
    type: 'string',
    array: true,
    placeholder: 'KEY=VALUE',
    describe: 'only those that match: until=, label=, label!=',
  },
  force: { type: 'boolean', alias: 'f', describe: 'do not ask' },
} as const satisfies Options
