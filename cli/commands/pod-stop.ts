import { stopPod } from '../../engine/pod/stop.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_ID_FILE_OPTION, POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'
import { GRACE_OPTION, graceOf } from '../flags/target-options.ts'

export default defineCommand({
  usage: 'pod stop [options] POD [POD...]',
  description: 'Stop all containers of pods.',
  positionals: POD_POSITIONALS,
  options: {
    ...POD_TARGET_OPTIONS,
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a pod that does not exist' },
    'pod-id-file': POD_ID_FILE_OPTION,
    time: GRACE_OPTION,
  },
  examples: [['tspod pod stop -t 0 shop', 'kill all of it at once']],
  run: (engine, args) =>
    forEachPod(podTargets(engine, args, { command: 'pod stop' }), (ref) =>
      stopPod(engine, ref, { ignoreMissing: args.ignore, ...graceOf(args.time) }),
    ),
})
