import { mendContainer } from '../../engine/network/mend.ts'
import { mendUplink } from '../../engine/network/mend-uplink.ts'
import { reloadNetwork } from '../../engine/network/reload.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { CONTAINER_POSITIONALS, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'network reload [options] CONTAINER [CONTAINER...]',
  description:
    'Make the networks of running containers anew, as after a change of the network of the host: they keep their addresses, names and ports, and see the name servers that the host has now.',
  positionals: CONTAINER_POSITIONALS,
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'of all that run' },
    latest: TARGET_OPTIONS.latest,
    lost: { type: 'boolean', hidden: true, describe: 'only what has ended; for monitors' },
  },
  run: async (engine, args) => {
    if (!args.lost) {
      const targets = containerTargets(engine, args, { command: 'network reload', among: ['running', 'paused'] })
      return await forEachTarget(
        targets,
        (ref) => reloadNetwork(engine, ref),
        ({ id }) => id,
      )
    }
    if (args.container.length === 0) await mendUplink(engine)
    for (const id of args.container) await mendContainer(engine, id)
    return {}
  },
})
