import { initContainer } from '../../engine/container/init.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { CONTAINER_POSITIONALS, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'init [options] CONTAINER [CONTAINER...]',
  description: 'Make all that containers need to run, and have their programs wait until they are started.',
  positionals: CONTAINER_POSITIONALS,
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all that were never started' },
    latest: TARGET_OPTIONS.latest,
  },
  run: (engine, args) =>
    forEachTarget(containerTargets(engine, args, { command: 'init', among: ['created'] }), (ref) =>
      initContainer(engine, ref),
    ),
})
