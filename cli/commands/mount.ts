import { listContainers } from '../../engine/container/list.ts'
import { type MountedContainer, mountContainer, mountedContainers } from '../../engine/container/mount.ts'
import { formatTable } from '../../ui/text/table.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { badValue } from '../flags/errors.ts'
import { isJson } from '../report/formatted.ts'

export default defineCommand({
  usage: 'mount [options] [CONTAINER...]',
  description:
    'Show the files of containers at a path; without a name list those that are to be seen. Of a container that runs they are as it sees them, of another one read-only.',
  positionals: { container: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all containers' },
    format: { type: 'string', placeholder: 'json', describe: 'JSON' },
    notruncate: { type: 'boolean', alias: 'no-trunc', describe: 'show ids in full' },
  },
  run: async (engine, args) => {
    const refs = args.all ? listContainers(engine, { all: true }).map(({ id }) => id) : args.container
    const options = { format: args.format, noTruncate: args.notruncate }
    if (refs.length === 0) return printMounts(mountedContainers(engine), options)
    const mounted: MountedContainer[] = []
    const failures: unknown[] = []
    for (const ref of refs) {
      try {
        mounted.push(await mountContainer(engine, ref))
      } catch (error) {
        failures.push(error)
      }
    }
    const [only] = mounted
    if (only && refs.length === 1 && args.format === undefined) return { lines: [only.path] }
    return { ...printMounts(mounted, options), failures }
  },
})

function printMounts(
  mounts: readonly MountedContainer[],
  { format, noTruncate }: { readonly format: string | undefined; readonly noTruncate: boolean },
): CommandResult {
  if (format === undefined) {
    return { lines: formatTable(mounts.map(({ container: { id }, path }) => [noTruncate ? id : shortId(id), path])) }
  }
  if (!isJson(format)) throw badValue('--format', format, 'must be json')
  const objects = mounts.map(({ container, path }) => ({ id: container.id, Names: [container.name], mountpoint: path }))
  return { lines: [JSON.stringify(objects, null, 1)] }
}
