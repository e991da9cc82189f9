import { unpauseContainer } from '../../engine/container/unpause.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'unpause [options] CONTAINER [CONTAINER...]',
  description: 'Let the processes of paused containers go on.',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all that are paused' },
    filter: FILTER_OPTION,
  },
  run: (engine, args) =>
    forEachTarget(containerTargets(engine, args, { command: 'unpause', among: ['paused'] }), (ref) =>
      unpauseContainer(engine, ref),
    ),
})
