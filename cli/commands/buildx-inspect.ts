import { describeBuilder } from '../../engine/info/docker-places.ts'
import { describeVersionForDocker } from '../../engine/version.ts'
import { defineStandaloneCommand } from '../command.ts'
import { requireContext } from '../docker-place.ts'

export default defineStandaloneCommand({
  usage: 'buildx inspect [options] [NAME]',
  positionals: { name: { describe: 'default, which is the only one' } },
  options: { bootstrap: { type: 'boolean', describe: 'start it; it runs' } },
  runAlone: ({ name }) => {
    if (name !== undefined) requireContext(name)
    const builder = describeBuilder(describeVersionForDocker().Client.Arch)
    const line = (label: string, value: string, width: number): string => `${`${label}:`.padEnd(width)}${value}`
    return {
      lines: [
        line('Name', builder.Name, 8),
        line('Driver', builder.Driver, 8),
        ...builder.Nodes.flatMap((node) => [
          '',
          'Nodes:',
          line('Name', node.Name, 18),
          line('Endpoint', node.Endpoint, 18),
          line('Status', node.Status, 18),
          line('BuildKit version', `v${node.Version}`, 18),
          line('Platforms', node.Platforms.join(', '), 18),
        ]),
      ],
    }
  },
})
