import { bootStatus } from '../../engine/boot/status.ts'
import { defineCommand } from '../command.ts'
import { bootLines } from '../report/boot.ts'

/** As systemctl(1), "is-enabled". */
const DISABLED_STATUS = 1

export default defineCommand({
  usage: 'system boot status [options]',
  description: 'Say whether containers are started when the machine starts, and which. The exit status is 1 where not.',
  positionals: {},
  options: { format: { type: 'string', choices: ['text', 'json'], default: 'text', describe: 'text or json' } },
  run: (engine, args) => {
    const status = bootStatus(engine)
    return {
      lines: args.format === 'json' ? [JSON.stringify(status, null, 2)] : bootLines(status),
      exitCode: status.isEnabled ? 0 : DISABLED_STATUS,
    }
  },
})
