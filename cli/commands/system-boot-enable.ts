import { enableBoot } from '../../engine/boot/enable.ts'
import { bootStatus } from '../../engine/boot/status.ts'
import { defineCommand } from '../command.ts'
import { bootFlags } from '../config.ts'
import { lingerLines } from '../report/boot.ts'

export default defineCommand({
  usage: 'system boot enable',
  description:
    'Write a systemd unit that starts containers with a restart policy when the machine starts, and stops them when it stops.',
  positionals: {},
  options: {},
  run: async (engine, _args, { config, stderr }) => {
    const { file, link } = await enableBoot(engine, { program: config.program, flags: bootFlags(config) })
    for (const line of lingerLines(bootStatus(engine))) stderr.write(`${line}\n`)
    return { lines: [file, link] }
  },
})
