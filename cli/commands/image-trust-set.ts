import { setTrust } from '../../engine/image/set-trust.ts'
import { defineCommand } from '../command.ts'
import { badValue } from '../flags/errors.ts'

const TYPES = ['accept', 'reject', 'sigstoreSigned'] as const

export default defineCommand({
  usage: 'image trust set [options] SCOPE',
  description: 'Change what is demanded of images, in your own policy.json.',
  positionals: { scope: { required: true, describe: 'a registry, a part of it, an image, *.DOMAIN, or "default"' } },
  options: {
    policypath: { type: 'string', placeholder: 'FILE', hidden: true, describe: 'in this policy.json' },
    pubkeysfile: {
      type: 'string',
      array: true,
      alias: 'f',
      placeholder: 'FILE',
      describe: 'public key; a signature of each that is given is demanded',
    },
    type: {
      type: 'string',
      alias: 't',
      placeholder: 'TYPE',
      describe: `${TYPES.join(', ')} (default sigstoreSigned)`,
    },
  },
  examples: [
    ['tspod image trust set -f cosign.pub quay.io/team', 'only what is signed by this key'],
    ['tspod image trust set -t reject default', 'nothing but what is allowed'],
  ],
  run: async (engine, args) => {
    const type = TYPES.find((known) => known === (args.type ?? 'sigstoreSigned'))
    if (type === undefined) throw badValue('--type', args.type ?? '', `must be one of ${TYPES.join(', ')}`)
    await setTrust(engine, {
      scope: args.scope,
      type,
      keys: args.pubkeysfile,
      ...(args.policypath === undefined ? {} : { signaturePolicy: args.policypath }),
    })
    return {}
  },
})
