import { inspectManifest } from '../../engine/image/manifest-inspect.ts'
import { defineCommand } from '../command.ts'
import { REGISTRY_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'

export default defineCommand({
  usage: 'manifest inspect [options] LIST',
  description: 'Show the index of a manifest list, or the manifest or index that a registry has.',
  positionals: { list: { required: true, describe: 'name or id' } },
  options: {
    ...REGISTRY_OPTIONS,
    verbose: { type: 'boolean', alias: 'v', hidden: true, describe: 'no more is known' },
  },
  run: async (engine, args) => {
    const index = await inspectManifest(engine, args.list, await toRegistryAccess(args))
    return { lines: [JSON.stringify(index, null, 4)] }
  },
})
