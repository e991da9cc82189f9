import { pauseContainer } from '../../engine/container/pause.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'pause [options] CONTAINER [CONTAINER...]',
  description: 'Hold all processes of containers where they are.',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all that run' },
    filter: FILTER_OPTION,
  },
  run: (engine, args) =>
    forEachTarget(containerTargets(engine, args, { command: 'pause', among: ['running'] }), (ref) =>
      pauseContainer(engine, ref),
    ),
})
