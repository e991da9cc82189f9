import { createVolume } from '../../engine/volume/create.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'volume create [options] [NAME]',
  description: 'Make an empty volume and print its name.',
  positionals: { volume: { describe: 'one is made up where it is not given' } },
  options: {
    driver: { type: 'string', alias: 'd', choices: ['local'], default: 'local', describe: 'where it is kept' },
    gid: { type: 'number', minimum: 0, placeholder: 'GID', describe: 'the group it belongs to' },
    ignore: { type: 'boolean', describe: 'do not fail where there is one of this name' },
    label: { type: 'string', array: true, alias: 'l', placeholder: 'NAME=VALUE', describe: 'give it a label' },
    // docker's, which it has no longer in its help. Source: docker/cli, cli/command/volume/create.go
    name: { type: 'string', placeholder: 'NAME', hidden: true, describe: 'its name, as without the flag' },
    opt: {
      type: 'string',
      array: true,
      alias: 'o',
      placeholder: 'NAME=VALUE',
      describe: 'type=tmpfs, or type=bind and device=DIR, with o=OPTIONS of the mount',
    },
    uid: { type: 'number', minimum: 0, placeholder: 'UID', describe: 'the user it belongs to' },
  },
  examples: [
    ['tspod volume create -o type=tmpfs -o o=size=64m scratch', 'in memory', 'runs'],
    ['tspod volume create -o type=bind -o device=/srv/data data', "a directory of the host's under a name"],
  ],
  run: (engine, args, { config }) => {
    if (args.name !== undefined && args.volume !== undefined)
      throw badArguments('volume create takes a name or --name, not both', 'volume create')
    const { name } = createVolume(engine, {
      name: args.name ?? args.volume,
      labels: args.label,
      options: args.opt,
      // docker takes the one there is. Source: docker-volume-create(1)
      ignore: args.ignore || config.compat === 'docker',
      // Source: moby, volume/service: the label com.docker.volume.anonymous
      namelessIsAnonymous: config.compat === 'docker',
      ...(args.uid === undefined ? {} : { uid: args.uid }),
      ...(args.gid === undefined ? {} : { gid: args.gid }),
    })
    return { lines: [name] }
  },
})
