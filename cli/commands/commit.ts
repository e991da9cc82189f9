import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { asCaller } from '../../engine/callers-umask.ts'
import { commitContainer } from '../../engine/image/commit.ts'
import { defineCommand } from '../command.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'commit [options] CONTAINER [IMAGE]',
  description: "Make an image of a container: its image's layers, one with what it changed, and its configuration.",
  positionals: {
    container: { required: true, describe: 'name or id' },
    image: { describe: 'the name of the new image' },
  },
  options: {
    author: { type: 'string', alias: 'a', placeholder: 'NAME', describe: 'who made it' },
    change: {
      type: 'string',
      array: true,
      alias: 'c',
      placeholder: 'INSTRUCTION',
      describe: 'change the configuration, as CMD, ENTRYPOINT, ENV, EXPOSE, LABEL … of a Dockerfile do',
    },
    format: { type: 'string', alias: 'f', choices: ['oci', 'docker'], describe: 'format of the manifest' },
    iidfile: { type: 'string', placeholder: 'FILE', describe: 'write the id of the image to this file' },
    'include-volumes': { type: 'boolean', describe: "the container's volumes are the image's, too" },
    message: { type: 'string', alias: 'm', placeholder: 'TEXT', describe: 'a comment in the history' },
    pause: {
      type: 'boolean',
      alias: 'p',
      optional: true,
      describe: 'hold the container meanwhile; for docker the default',
    },
    quiet: { type: 'boolean', alias: 'q', describe: 'say nothing but the id' },
    squash: { type: 'boolean', alias: 's', describe: 'one layer with all files' },
  },
  examples: [
    ['tspod commit web web:changed', 'an image of what the container is now', 'runs'],
    [`tspod commit -c 'CMD ["nginx"]' -c 'EXPOSE 80' web`, 'with another configuration'],
  ],
  run: async (engine, args, io) => {
    const style = styleOf(io.config)
    const format = args.format ?? (style.engine === 'docker' ? 'docker' : 'oci')
    const { id } = await commitContainer(engine, args.container, {
      changes: args.change,
      format: format === 'docker' ? 'docker' : 'oci',
      pause: args.pause ?? style.engine === 'docker',
      squash: args.squash,
      includeVolumes: args.includeVolumes,
      ...(args.image !== undefined && { name: args.image }),
      ...(args.author !== undefined && { author: args.author }),
      ...(args.message !== undefined && { message: args.message }),
      onProgress: () => {},
      onNotice: (line) => io.stderr.write(`${line}\n`),
    })
    const { iidfile } = args
    if (iidfile !== undefined) asCaller(engine, () => writeFileSync(resolve(engine.cwd, iidfile), style.imageId(id)))
    return { lines: [style.imageId(id)] }
  },
})
