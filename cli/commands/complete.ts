import { resolve } from 'node:path'
import { liveNames } from '../../engine/complete/live-names.ts'
import { defineStandaloneCommand } from '../command.ts'
import { complete } from '../complete/complete.ts'
import { completionLines } from '../complete/completion-lines.ts'
import { styleOf } from '../style/style.ts'

/** What the scripts of `tspod completion` call at every TAB. It opens no engine, and makes nothing. */
export default defineStandaloneCommand({
  usage: '__complete [options] -- [WORD...]',
  positionals: { word: { array: true, describe: 'what is typed behind our name, up to the cursor' } },
  options: { 'no-desc': { type: 'boolean', describe: 'words alone' } },
  runAlone: async ({ word, noDesc }, { config, commands }) => {
    const style = styleOf(config)
    const completion = await complete(word, {
      commands,
      compat: config.compat,
      names(kind, verb, flags) {
        const root = resolve(flags.get('root') ?? config.root)
        const names = liveNames({ root, runroot: resolve(flags.get('runroot') ?? config.runroot) }, kind, verb)
        return kind === 'image' ? names.map((one) => ({ ...one, name: style.imageName(one.name) })) : names
      },
    })
    return { lines: completionLines(completion, { noDescriptions: noDesc }) }
  },
})
