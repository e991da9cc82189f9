import type { TrustOptions } from '../../engine/image/trust.ts'
import type { Arguments, Options } from './option.ts'

/** Which images may be taken. Source: podman-pull(1). */
export const TRUST_OPTIONS = {
  'signature-policy': { type: 'string', placeholder: 'FILE', hidden: true, describe: 'this policy.json' },
  verify: { type: 'boolean', describe: 'say which signatures and policy were checked' },
} as const satisfies Options

type TrustArguments = Arguments<Record<never, never>, typeof TRUST_OPTIONS>

/** @param say gets a line for each thing that was checked */
export function toTrustOptions(args: TrustArguments, say: (line: string) => void): TrustOptions {
  return {
    ...(args.signaturePolicy === undefined ? {} : { signaturePolicy: args.signaturePolicy }),
    ...(args.verify ? { onVerified: say } : {}),
  }
}
