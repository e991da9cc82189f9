import { selectContainers } from '../../engine/container/select.ts'
import { topContainer } from '../../engine/container/top.ts'
import { formatTable } from '../../ui/text/table.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'top [options] CONTAINER [COLUMN|PS-ARGUMENT...]',
  description:
    'Show the processes of a container. Columns are args capamb capbnd capeff capinh capprm comm etime group groups hgroup ' +
    'hgroups hpid huser label nice pcpu pgid pid ppid rgroup rss ruser seccomp state stime time tty user vsz; with a dash, ' +
    'arguments of ps(1) such as -ef or -eo pid,comm.',
  positionals: { word: { array: true, describe: 'name or id, and then columns' } },
  options: { latest: { type: 'boolean', alias: 'l', describe: 'the container that was made last' } },
  optionsEndAtPositional: true,
  examples: [
    ['tspod top web', 'who runs what', 'runs'],
    ['tspod top web pid,user,args,seccomp', 'some columns', 'runs'],
    ['tspod top web -eo pid,comm', 'as ps(1) does it', 'runs'],
  ],
  run: (engine, args, { config }) => {
    const [ref, ...columns] = args.latest ? [...selectContainers(engine, { latest: true }), ...args.word] : args.word
    if (ref === undefined) throw badArguments('top needs a container', 'top')
    const asDocker = styleOf(config).engine === 'docker'
    const { headings, rows } = topContainer(engine, ref, { columns, asDocker })
    const cells = [headings, ...rows]
    // Source: docker/cli, top.go: columns of its own.
    return { lines: asDocker ? formatTable(cells, { minimumWidth: 20, padding: 3 }) : formatTable(cells) }
  },
})
