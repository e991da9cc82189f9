import { defineStandaloneCommand } from '../command.ts'
import { completionScript, SHELLS } from '../complete/completion-script.ts'
import { nameOf } from '../config.ts'
import { badArguments } from '../flags/errors.ts'

export default defineStandaloneCommand({
  usage: 'completion [options] bash|zsh|fish',
  description:
    'Print a script that has a shell complete commands, flags and names. It is for the name that it was asked for by: called as docker, for docker.',
  positionals: { shell: { required: true, words: SHELLS, describe: 'bash, zsh or fish' } },
  options: {
    file: { type: 'string', alias: 'f', placeholder: 'FILE', describe: 'write it to this file' },
    'no-desc': { type: 'boolean', describe: 'without descriptions' },
  },
  examples: [
    ['. <(tspod completion bash)', 'in this shell'],
    ['tspod completion -f ~/.local/share/bash-completion/completions/tspod bash', 'in every bash from now on'],
    ['tspod completion -f ~/.config/fish/completions/tspod.fish fish', 'in every fish from now on'],
    ['tspod completion -f "${fpath[1]}/_tspod" zsh', 'in every zsh from now on'],
  ],
  runAlone: async ({ shell, file, noDesc }, { config }) => {
    const known = SHELLS.find((one) => one === shell)
    if (!known) throw badArguments(`there is no completion for ${JSON.stringify(shell)}`, 'completion')
    const script = completionScript(known, { name: nameOf(config.env), noDescriptions: noDesc })
    if (file === undefined) return { lines: [script.trimEnd()] }
    const { mkdirSync } = await import('node:fs')
    const { dirname } = await import('node:path')
    const { writeAtomic } = await import('../../base/files.ts')
    mkdirSync(dirname(file), { recursive: true })
    writeAtomic(file, script, { mode: 0o644 })
    return {}
  },
})
