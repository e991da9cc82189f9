import { pruneSystem } from '../../engine/system/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'
import { prunedImages } from '../report/pruned.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'system prune [options]',
  description:
    'Remove what is not in use: pods and containers that do not run, networks that no container is in, images without a name, and what killed commands left.',
  positionals: {},
  options: {
    ...PRUNE_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all images that no container uses' },
    build: { type: 'boolean', hidden: true, describe: 'there is no build cache yet' },
    external: { type: 'boolean', hidden: true, describe: 'there is nothing external' },
    volumes: { type: 'boolean', describe: 'volumes that no container has, too' },
  },
  run: async (engine, args, io) => {
    if (!args.force && !confirm(io, question(args))) return {}
    const style = styleOf(io.config)
    const { pods, containers, networks, volumes, images } = await pruneSystem(engine, {
      all: args.all,
      volumes: args.volumes,
      filters: args.filter,
      anonymousVolumesOnly: style.engine === 'docker',
    })
    return {
      lines: style.prunedAll([
        ...(style.engine === 'podman' && pods.length > 0
          ? [{ kind: 'Pods' as const, ids: pods, reclaimedBytes: 0 }]
          : []),
        { kind: 'Containers', ...containers },
        { kind: 'Networks', ids: networks, reclaimedBytes: 0 },
        { kind: 'Volumes', ids: volumes.names, reclaimedBytes: volumes.reclaimedBytes },
        prunedImages(images),
      ]),
    }
  },
})

function question({ all, volumes }: { readonly all: boolean; readonly volumes: boolean }): string {
  return [
    'WARNING! This command removes:',
    '\t- all stopped containers',
    '\t- all networks not used by at least one container',
    ...(volumes ? ['\t- all volumes not used by at least one container'] : []),
    `\t- all ${all ? 'images without at least one container associated with them' : 'dangling images'}`,
    `\t- all ${all ? 'build cache' : 'dangling build cache'}`,
    '',
  ].join('\n')
}
