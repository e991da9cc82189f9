import { TspodError } from '../../base/errors.ts'
import { removeContainersAndPods } from '../../engine/pod/remove-containers.ts'
import { type CommandResult, defineCommand, settledTargets } from '../command.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, GRACE_OPTION, graceOf, TARGET_OPTIONS } from '../flags/target-options.ts'
import { withMissingStatus } from '../missing-status.ts'
import { containerTargets } from '../targets.ts'

const { alias: _, ...FILTER } = FILTER_OPTION

export default defineCommand({
  usage: 'rm [options] CONTAINER [CONTAINER...]',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all containers' },
    depend: { type: 'boolean', describe: 'those too that depend on them, and pods with all of them' },
    filter: FILTER,
    force: { type: 'boolean', alias: 'f', describe: 'stop those that run, ignore those that do not exist' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a container that does not exist' },
    time: { ...GRACE_OPTION, describe: 'with --force: between the stop signal and SIGKILL' },
    volumes: { type: 'boolean', alias: 'v', describe: 'their anonymous volumes, too' },
  },
  examples: [['tspod rm -f -t 0 web', 'kill and remove', 'runs']],
  run: async (engine, args, { config }) => {
    const ignore = args.ignore || args.force
    const targets = containerTargets(engine, { ...args, ignore }, { command: 'rm' })
    const results = await removeContainersAndPods(engine, targets, {
      force: args.force || args.depend,
      ignoreMissing: ignore,
      // Of all of them none is left, so pods go, too.
      depend: args.depend || (args.all && args.force),
      ...(args.volumes ? { volumes: true } : {}),
      // docker's --force kills at once; podman's gives it its time to stop. Source: docker-rm(1), podman-rm(1)
      ...graceOf(args.time ?? (config.compat === 'docker' ? 0 : undefined)),
    })
    const result = settledTargets(targets, results, (removed, target) => removed && target)
    if (args.force && !args.ignore && config.compat === 'docker') return withGone(result, targets, results)
    return withMissingStatus(result, 'E_CONTAINER_NOT_FOUND')
  },
})

/** docker's --force says which containers were not there, and does not fail for them. Seen in 28.2. */
function withGone(
  result: CommandResult,
  targets: readonly string[],
  results: readonly PromiseSettledResult<unknown>[],
): CommandResult {
  const gone = targets.filter((_, index) => {
    const one = results[index]
    return one?.status === 'fulfilled' && one.value === undefined
  })
  const errors = gone.map((ref) => new TspodError('E_CONTAINER_NOT_FOUND', `no container ${ref}`))
  const failures = result.failures ?? []
  return { ...result, failures: [...failures, ...errors], ...(failures.length === 0 && { exitCode: 0 }) }
}
