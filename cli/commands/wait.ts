import { waitForContainers } from '../../engine/container/wait.ts'
import { parseGoDuration } from '../../engine/parse-time.ts'
import { defineCommand, settledTargets } from '../command.ts'
import { badValue } from '../flags/errors.ts'
import { CONTAINER_POSITIONALS, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'wait [options] CONTAINER [CONTAINER...]',
  description: 'Wait until containers have ended, or are in another state, and print the exit code of each, or -1.',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    condition: {
      type: 'string',
      array: true,
      commas: true,
      placeholder: 'STATE',
      describe: 'any of these is enough: stopped (the default), running, healthy, unhealthy, paused, removed …',
    },
    'exit-first-match': { type: 'boolean', describe: 'the first container that is so is enough' },
    ignore: { type: 'boolean', describe: 'say -1 of a container that does not exist' },
    interval: {
      type: 'string',
      alias: 'i',
      default: '250ms',
      placeholder: 'TIME',
      describe: 'between two looks at states that nothing announces',
    },
  },
  examples: [['tspod wait --condition=healthy web', 'until its health check has succeeded']],
  run: async (engine, args) => {
    const targets = containerTargets(engine, args, { command: 'wait' })
    const results = await waitForContainers(engine, targets, {
      conditions: args.condition,
      intervalMs: parseInterval(args.interval),
      firstMatch: args.exitFirstMatch,
      ignoreMissing: args.ignore,
    })
    return settledTargets(targets, results, (exitCode) => `${exitCode}`)
  },
})

/** A number alone is of milliseconds. Source: podman-wait(1), "--interval". */
function parseInterval(text: string): number {
  const ms = /^\d{1,9}$/.test(text) ? Number(text) : parseGoDuration(text)
  if (ms !== undefined && ms > 0 && ms < 2 ** 31) return ms
  throw badValue('--interval', text, 'not a duration as in 250ms or 2s')
}
