import { updateContainer } from '../../engine/container/update.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { RUN_GROUPS } from '../flags/run/groups.ts'
import { CONTAINER_POSITIONALS, TARGET_OPTIONS } from '../flags/target-options.ts'
import { toUpdateRequest, UPDATE_OPTIONS } from '../flags/update-options.ts'
import { styleOf } from '../style/style.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'update [options] CONTAINER [CONTAINER...]',
  description:
    'Change the limits and the published ports of containers at once, and the rest for the next time they are started.',
  positionals: CONTAINER_POSITIONALS,
  options: { latest: TARGET_OPTIONS.latest, ...UPDATE_OPTIONS },
  groups: RUN_GROUPS,
  examples: [
    ['tspod update --memory 512m web', 'a limit that holds at once'],
    ['tspod update --publish-rm 8080:80 --publish-add 8081:80 web', 'another port of the host leads to it'],
    ['tspod update --restart always web', 'from now on it is started again whenever it ends', 'runs'],
  ],
  run: (engine, args, { config }) => {
    const isDocker = styleOf(config).engine === 'docker'
    const change = toUpdateRequest(args)
    return forEachTarget(
      containerTargets(engine, args, { command: 'update' }),
      (ref) => updateContainer(engine, ref, change),
      ({ id }, target) => (isDocker ? target : id),
    )
  },
})
