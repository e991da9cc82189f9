import { TspodError } from '../../base/errors.ts'
import { isTerminal } from '../../base/terminal.ts'
import type { SignOptions } from '../../engine/image/sign.ts'
import type { Arguments, Options } from './option.ts'

/** How what is pushed is signed. Source: podman-push(1). */
export const SIGN_OPTIONS = {
  'sign-by': { type: 'string', placeholder: 'FINGERPRINT', hidden: true, describe: 'sign with a GPG key' },
  'sign-by-sigstore': { type: 'string', placeholder: 'FILE', hidden: true, describe: 'sign as this file says' },
  'sign-by-sigstore-private-key': {
    type: 'string',
    placeholder: 'FILE',
    describe: 'sign with this private key, and put the signature beside the image',
  },
  'sign-passphrase-file': { type: 'string', placeholder: 'FILE', describe: 'the passphrase of that key' },
} as const satisfies Options

type SignArguments = Arguments<Record<never, never>, typeof SIGN_OPTIONS>

/** A passphrase that no file has is asked for. @throws {TspodError} E_UNSUPPORTED */
export function toSignOptions(args: SignArguments): SignOptions {
  if (args.signBy !== undefined) throw unsupported('--sign-by', 'GPG')
  if (args.signBySigstore !== undefined) throw unsupported('--sign-by-sigstore', "sigstore's services")
  if (args.signBySigstorePrivateKey === undefined) return {}
  let answer: Promise<string> | undefined
  const askPassphrase = async (): Promise<string> => {
    const { askSecret } = await import('../prompt.ts')
    // Once for all images of the command.
    answer ??= askSecret(`Passphrase of ${args.signBySigstorePrivateKey}: `)
    return await answer
  }
  return {
    signKey: args.signBySigstorePrivateKey,
    ...(args.signPassphraseFile === undefined ? {} : { passphraseFile: args.signPassphraseFile }),
    ...([0, 2].every(isTerminal) && { askPassphrase }),
  }
}

function unsupported(flag: string, what: string): TspodError {
  return new TspodError('E_UNSUPPORTED', `${flag}: tspod does not sign with ${what}`, {
    hint: 'use --sign-by-sigstore-private-key',
  })
}
