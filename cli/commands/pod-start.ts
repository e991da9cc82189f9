import { startPod } from '../../engine/pod/start.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_ID_FILE_OPTION, POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'

export default defineCommand({
  usage: 'pod start [options] POD [POD...]',
  description: 'Start all containers of pods that do not run.',
  positionals: POD_POSITIONALS,
  options: { ...POD_TARGET_OPTIONS, 'pod-id-file': POD_ID_FILE_OPTION },
  run: (engine, args) => forEachPod(podTargets(engine, args, { command: 'pod start' }), (ref) => startPod(engine, ref)),
})
