import { unpausePod } from '../../engine/pod/unpause.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'

export default defineCommand({
  usage: 'pod unpause [options] POD [POD...]',
  description: 'Let the processes of pods that were paused go on.',
  positionals: POD_POSITIONALS,
  options: POD_TARGET_OPTIONS,
  run: (engine, args) => {
    const targets = podTargets(engine, args, { command: 'pod unpause', among: ['Paused'] })
    return forEachPod(targets, (ref) => unpausePod(engine, ref))
  },
})
