import { TspodError } from '../../base/errors.ts'
import { defineCommand } from '../command.ts'
import { canShowDashboard, showDashboard } from '../dashboard/show.ts'
import { plainList } from './ps.ts'

export default defineCommand({
  usage: 'ui',
  description:
    'Show the dashboard: containers and pods as they live, images, volumes, networks and events. "?" shows its keys, ' +
    '"q" leaves. "tspod ps" without flags opens it, too, on a terminal.',
  positionals: {},
  options: {},
  examples: [['tspod ui', 'the dashboard']],
  run: async (engine, _args, io) => {
    if (!canShowDashboard(io)) throw noTerminal()
    return (await showDashboard(engine, io)) ?? (await plainList(engine, io.config))
  },
})

function noTerminal(): TspodError {
  return new TspodError('E_NO_TERMINAL', 'the dashboard needs a terminal for its input and its output', {
    hint: 'use "tspod ps" for a list',
  })
}
