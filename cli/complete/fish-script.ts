import type { ScriptOptions } from './completion-script.ts'

/** fish quotes what it inserts. @see complete(1) of fish, commandline(1) */
export function fishScript({ name, noDescriptions }: ScriptOptions): string {
  const id = name.replaceAll(/\W/g, '_')
  return `# Completion of ${name} for fish, made by "${name} completion fish".
function __${id}_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string trim -c '"\\'')
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    set -l lines (command $program __complete ${noDescriptions ? '--no-desc ' : ''}-- $words "$current" 2>/dev/null </dev/null)
    set -q lines[1]; or return
    set -l more $lines[-1]
    set -e lines[-1]
    string join \\n -- $lines
    switch $more
        case '*files*'
            __fish_complete_path "$current"
        case '*dirs*'
            __fish_complete_directories "$current" ''
    end
end
complete -c ${name} -e
complete -c ${name} -f -a '(__${id}_complete)'
`
}
