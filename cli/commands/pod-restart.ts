import { restartPod } from '../../engine/pod/restart.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'
import { GRACE_OPTION, graceOf } from '../flags/target-options.ts'

export default defineCommand({
  usage: 'pod restart [options] POD [POD...]',
  description: 'Stop all containers of pods, and start them again, whether they ran or not.',
  positionals: POD_POSITIONALS,
  options: { ...POD_TARGET_OPTIONS, time: { ...GRACE_OPTION, alias: 't' } },
  run: (engine, args) =>
    forEachPod(podTargets(engine, args, { command: 'pod restart' }), (ref) =>
      restartPod(engine, ref, graceOf(args.time)),
    ),
})
