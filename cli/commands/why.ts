import { whyContainer } from '../../engine/why.ts'
import { goJson } from '../../ui/text/template/go-json.ts'
import { defineCommand } from '../command.ts'
import { whyLines } from '../report/why.ts'

export default defineCommand({
  usage: 'why [options] [CONTAINER]',
  description:
    'Say why a container ended, could not be started or is refused something: its exit status in words, who sent the signal, memory, its health, restarts, what --egress refused, files of the host that it may not use, and what it wrote last.',
  positionals: { container: { describe: 'name or id; the one that was made last where it is left out' } },
  options: { json: { type: 'boolean', describe: 'as JSON' } },
  examples: [
    ['tspod why', 'of the container that was made last'],
    ['tspod why --json web', 'for a script'],
  ],
  run: async (engine, args) => {
    const report = await whyContainer(engine, args.container)
    return { lines: args.json ? [goJson(report, 2)] : whyLines(report) }
  },
})
