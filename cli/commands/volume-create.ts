import { createVolume } from '../../engine/volume/create.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'volume create [options] [NAME]',
  description: 'Make an empty volume and print its name.',
  positionals: { name: { describe: 'one is made up where it is not given' } },
  options: {
    driver: { type: 'string', alias: 'd', choices: ['local'], default: 'local', describe: 'where it is kept' },
    ignore: { type: 'boolean', describe: 'do not fail where there is one of this name' },
    label: { type: 'string', array: true, alias: 'l', placeholder: 'NAME=VALUE', describe: 'give it a label' },
  },
  run: (engine, args) => ({
    lines: [createVolume(engine, { name: args.name, labels: args.label, ignore: args.ignore }).name],
  }),
})
