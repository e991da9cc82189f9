import { diagnose } from '../../engine/doctor/diagnose.ts'
import { readDoctorFacts } from '../../engine/doctor/read-facts.ts'
import { goJson } from '../../ui/text/template/go-json.ts'
import { type CommandResult, defineStandaloneCommand } from '../command.ts'
import type { CommandIo } from '../command-io.ts'
import { doctorLines, doctorStatus } from '../report/doctor.ts'

export default defineStandaloneCommand({
  usage: 'doctor [options]',
  description:
    'Try what containers need of this machine: namespaces, ids, storage, networks, limits. A line each: ok, degraded or missing, what is lost, and the command that mends it on this distribution. The exit status is 0 where all is ok, 1 where something is lost, 2 where no container can run.',
  positionals: {},
  options: {
    json: { type: 'boolean', describe: 'as JSON' },
    repair: { type: 'boolean', describe: 'mend images, containers and volumes instead, as "system check --repair"' },
  },
  examples: [
    ['tspod doctor', 'what works here, and what does not'],
    ['tspod doctor --json', 'for a script'],
    ['tspod doctor --repair', 'unpack or fetch again what is damaged'],
  ],
  runAlone: async (args, io) => {
    if (args.repair) return await repair(io)
    const { config } = io
    const facts = await readDoctorFacts({
      ...config,
      isOutside: config.isOutside,
      program: config.selfArgv[1] ?? '',
      open: async () => await (await import('../open.ts')).openForCommand(io),
    })
    const findings = diagnose(facts)
    const color = config.color ?? io.stdout.isTerminal()
    const lines = args.json ? [goJson(findings, 2)] : doctorLines(findings, { color })
    return { lines, coloured: color, exitCode: doctorStatus(findings) }
  },
})

async function repair(io: CommandIo): Promise<CommandResult> {
  const { openForCommand } = await import('../open.ts')
  const { default: check } = await import('./system-check.ts')
  using engine = await openForCommand(io)
  const none = { authfile: undefined, certDir: undefined, creds: undefined, tlsVerify: undefined }
  const args = { ...none, retry: undefined, retryDelay: undefined, force: false, max: '0s', quick: false, repair: true }
  return await check.run(engine, args, io)
}
