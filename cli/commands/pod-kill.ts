import { killPod } from '../../engine/pod/kill.ts'
import { parseSignal } from '../../engine/spec/parse-signal.ts'
import { defineCommand } from '../command.ts'
import { forEachPod } from '../each-pod.ts'
import { POD_POSITIONALS, POD_TARGET_OPTIONS, podTargets } from '../flags/pod-options.ts'

export default defineCommand({
  usage: 'pod kill [options] POD [POD...]',
  description: 'Send a signal to all containers of pods that run.',
  positionals: POD_POSITIONALS,
  options: {
    ...POD_TARGET_OPTIONS,
    signal: { type: 'string', alias: 's', default: 'KILL', placeholder: 'SIGNAL', describe: 'name or number' },
  },
  run: (engine, args) => {
    const signal = parseSignal(args.signal)
    const targets = podTargets(engine, args, { command: 'pod kill', among: ['Running', 'Degraded', 'Paused'] })
    return forEachPod(targets, (ref) => killPod(engine, ref, signal))
  },
})
