import { removePod } from '../../engine/pod/remove.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { POD_ID_FILE_OPTION, POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'
import { GRACE_OPTION, graceOf } from '../flags/target-options.ts'
import { withMissingStatus } from '../missing-status.ts'

export default defineCommand({
  usage: 'pod rm [options] POD [POD...]',
  description: 'Remove pods with their containers.',
  positionals: POD_POSITIONALS,
  options: {
    ...POD_TARGET_OPTIONS,
    force: { type: 'boolean', alias: 'f', describe: 'stop those that run, ignore those that do not exist' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a pod that does not exist' },
    'pod-id-file': POD_ID_FILE_OPTION,
    time: { ...GRACE_OPTION, describe: 'with --force: between the stop signal and SIGKILL' },
  },
  examples: [['tspod pod rm -f -t 0 shop', 'kill and remove all of it']],
  run: async (engine, args) => {
    const options = { force: args.force, ignoreMissing: args.ignore || args.force, ...graceOf(args.time) }
    const targets = podTargets(engine, args, { command: 'pod rm' })
    const result = await forEachTarget(
      targets,
      (ref) => removePod(engine, ref, options),
      (removed) => removed?.id,
    )
    return withMissingStatus(result, 'E_POD_NOT_FOUND')
  },
})
