import type { EntryChanges } from '../../engine/image/manifest.ts'
import { badValue } from './errors.ts'
import type { Arguments, Options } from './option.ts'

/** What an entry of a manifest list can be said to be. Source: podman-manifest-annotate(1). */
export const ENTRY_OPTIONS = {
  annotation: { type: 'string', array: true, placeholder: 'NAME=VALUE', describe: 'give it an annotation' },
  arch: { type: 'string', placeholder: 'ARCH', describe: 'its architecture' },
  features: { type: 'string', array: true, commas: true, placeholder: 'FEATURE', describe: 'of the processor' },
  os: { type: 'string', placeholder: 'OS', describe: 'its operating system' },
  'os-features': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'FEATURE',
    describe: 'of the operating system',
  },
  'os-version': { type: 'string', placeholder: 'VERSION', describe: 'of the operating system' },
  variant: { type: 'string', placeholder: 'VARIANT', describe: 'of the architecture' },
} as const satisfies Options

/** Only what was given. @throws {TspodError} E_BAD_FLAG */
export function toEntryChanges(args: Arguments<Record<never, never>, typeof ENTRY_OPTIONS>): EntryChanges {
  return {
    ...(args.arch === undefined ? {} : { architecture: args.arch }),
    ...(args.os === undefined ? {} : { os: args.os }),
    ...(args.variant === undefined ? {} : { variant: args.variant }),
    ...(args.osVersion === undefined ? {} : { osVersion: args.osVersion }),
    ...(args.osFeatures.length === 0 ? {} : { osFeatures: args.osFeatures }),
    ...(args.features.length === 0 ? {} : { features: args.features }),
    ...(args.annotation.length === 0 ? {} : { annotations: Object.fromEntries(args.annotation.map(parseAnnotation)) }),
  }
}

function parseAnnotation(text: string): [name: string, value: string] {
  const equals = text.indexOf('=')
  if (equals <= 0) throw badValue('--annotation', text, 'must be NAME=VALUE')
  return [text.slice(0, equals), text.slice(equals + 1)]
}
