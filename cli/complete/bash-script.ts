import type { ScriptOptions } from './completion-script.ts'

/**
 * bash parts words at `=` and `:`, and puts what we answer in place of the last part only. So words are put
 * together again first, and what is there already is taken off the answers.
 *
 * @see bash(1), "Programmable Completion", COMP_WORDBREAKS
 */
export function bashScript({ name, noDescriptions }: ScriptOptions): string {
  const id = name.replaceAll(/\W/g, '_')
  return `# Completion of ${name} for bash, made by "${name} completion bash".
_${id}_complete() {
	local rest=\${COMP_LINE:0:COMP_POINT} parted=1 piece index line value about cut
	local -a words=() lines=()
	COMPREPLY=()
	for ((index = 0; index <= COMP_CWORD; index++)); do
		while [[ $rest == [[:blank:]]* ]]; do
			rest=\${rest:1}
			parted=1
		done
		piece=\${COMP_WORDS[index]}
		[[ $rest == "$piece"* ]] || piece=$rest
		rest=\${rest:\${#piece}}
		if ((parted)); then words+=("$piece"); else words[\${#words[@]} - 1]+=$piece; fi
		parted=0
	done
	local typed=\${words[\${#words[@]} - 1]}
	[[ $piece == *[!:=@\\<\\>]* ]] || piece=
	cut=$((\${#typed} - \${#piece}))
	for index in "\${!words[@]}"; do
		case \${words[index]} in
		\\'*) words[index]=\${words[index]//\\'/} ;;
		\\"*) words[index]=\${words[index]//\\"/} ;;
		*) words[index]=\${words[index]//\\\\/} ;;
		esac
	done
	mapfile -t lines < <("\${words[0]/#\\~\\//$HOME/}" __complete ${noDescriptions ? '--no-desc ' : ''}-- "\${words[@]:1}" 2>/dev/null </dev/null)
	((\${#lines[@]})) || return
	local more=\${lines[\${#lines[@]} - 1]}
	unset "lines[\${#lines[@]}-1]"
	for line in "\${lines[@]}"; do
		value=\${line%%$'\\t'*}
		about=
		# 63: what there is, is only shown, after a second TAB
		[[ $COMP_TYPE != 63 || $line != *$'\\t'* || \${#lines[@]} == 1 ]] || printf -v about '  (%s)' "\${line#*$'\\t'}"
		value=\${value:cut}
		[[ -n $value ]] || continue
		[[ $typed == [\\'\\"]* || -n $about ]] || printf -v value '%q' "$value"
		COMPREPLY+=("$value$about")
	done
	case $more in
	*files*) ((\${#COMPREPLY[@]} == 0)) || mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$piece") ;;
	*dirs*) compopt -o dirnames 2>/dev/null ;;&
	*) compopt +o default 2>/dev/null ;;
	esac
	[[ $more != *nospace* ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _${id}_complete ${name}
`
}
