# Completion of tspod for fish, made by "tspod completion fish".
function __tspod_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string trim -c '"\'')
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    set -l lines (command $program __complete -- $words "$current" 2>/dev/null </dev/null)
    set -q lines[1]; or return
    set -l more $lines[-1]
    set -e lines[-1]
    string join \n -- $lines
    switch $more
        case '*files*'
            __fish_complete_path "$current"
        case '*dirs*'
            __fish_complete_directories "$current" ''
    end
end
complete -c tspod -e
complete -c tspod -f -a '(__tspod_complete)'
