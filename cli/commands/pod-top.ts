import { selectPods } from '../../engine/pod/select.ts'
import { topPod } from '../../engine/pod/top.ts'
import { formatTable } from '../../ui/text/table.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'pod top [options] POD [COLUMN|PS-ARGUMENT...]',
  description: 'Show the processes of all containers of a pod; see "tspod top" for the columns.',
  positionals: { word: { array: true, describe: 'name or id, and then columns' } },
  options: { latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' } },
  optionsEndAtPositional: true,
  run: (engine, args) => {
    const [ref, ...columns] = args.latest ? [...selectPods(engine, { latest: true }), ...args.word] : args.word
    if (ref === undefined) throw badArguments('pod top needs a pod', 'pod top')
    const { headings, rows } = topPod(engine, ref, { columns })
    return { lines: formatTable([headings, ...rows]) }
  },
})
