import { pausePod } from '../../engine/pod/pause.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'

export default defineCommand({
  usage: 'pod pause [options] POD [POD...]',
  description: 'Hold all processes of pods.',
  positionals: POD_POSITIONALS,
  options: POD_TARGET_OPTIONS,
  run: (engine, args) => {
    const targets = podTargets(engine, args, { command: 'pod pause', among: ['Running', 'Degraded'] })
    return forEachPod(targets, (ref) => pausePod(engine, ref))
  },
})
