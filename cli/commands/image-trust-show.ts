import { listTrust, rawTrust } from '../../engine/image/list-trust.ts'
import { defineCommand } from '../command.ts'
import { trustCells, trustJson } from '../report/trust.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'image trust show [options] [NAME]',
  description: 'Show what policy.json demands of images; with a name, what it demands of the image under it.',
  positionals: { name: { describe: 'an image on a registry' } },
  options: {
    json: { type: 'boolean', alias: 'j', describe: 'as JSON' },
    noheading: { type: 'boolean', alias: 'n', describe: 'no line of headings' },
    policypath: { type: 'string', placeholder: 'FILE', hidden: true, describe: 'of this policy.json' },
    raw: { type: 'boolean', describe: 'the file as it is' },
  },
  run: (engine, args, { config, stdout }) => {
    const options = args.policypath === undefined ? {} : { signaturePolicy: args.policypath }
    if (args.raw) {
      stdout.write(rawTrust(engine, options) ?? '')
      return {}
    }
    const entries = listTrust(engine, args.name, options)
    if (args.json) return { lines: [JSON.stringify(entries.map(trustJson), null, 2)] }
    const headings = ['TRANSPORT', 'NAME', 'TYPE', 'ID', 'DECIDED BY']
    const cells = entries.map(trustCells)
    return { lines: styleOf(config).table(args.noheading ? cells : [headings, ...cells]) }
  },
})
