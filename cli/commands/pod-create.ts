import { createPod } from '../../engine/pod/create.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { POD_CREATE_OPTIONS, toPodRequest } from '../flags/pod-create-options.ts'
import { RUN_GROUPS } from '../flags/run/groups.ts'
import { withoutCredentials } from '../flags/run-request.ts'

export default defineCommand({
  usage: 'pod create [options] [NAME]',
  description:
    'Make a pod: containers that share namespaces, with their network and ports, and print its id. They are put into it with "tspod run --pod".',
  positionals: { pod: { describe: 'its name; two words of ours where it is not given' } },
  options: POD_CREATE_OPTIONS,
  groups: RUN_GROUPS,
  examples: [
    ['tspod pod create --name shop -p 8080:80', 'what listens on port 80 in any of its containers'],
    ['tspod run -d --pod shop nginx', 'a container in it'],
    ['tspod pod create --share +pid --userns keep-id dev', "they see each other's processes, too", 'runs'],
  ],
  run: async (engine, args, { config }) => {
    if (args.pod !== undefined && args.name !== undefined)
      throw badArguments('pod create takes a name or --name, not both', 'pod create')
    const request = { ...toPodRequest(args), createCommand: withoutCredentials(config.commandLine) }
    return { lines: [(await createPod(engine, request)).id] }
  },
})
