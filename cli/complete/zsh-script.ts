import type { ScriptOptions } from './completion-script.ts'

/** @see zshcompwid(1), compadd, which quotes what it inserts */
export function zshScript({ name, noDescriptions }: ScriptOptions): string {
  const id = name.replaceAll(/\W/g, '_')
  return `#compdef ${name}
# Completion of ${name} for zsh, made by "${name} completion zsh".
_${id}() {
	local line value more
	local -i width=0
	local -a typed lines values shown
	typed=("\${(@Q)words[1,CURRENT-1]}" "\${(Q)IPREFIX}\${(Q)PREFIX}")
	lines=("\${(@f)$("\${typed[1]/#\\~\\//$HOME/}" __complete ${noDescriptions ? '--no-desc ' : ''}-- "\${(@)typed[2,-1]}" 2>/dev/null </dev/null)}")
	more=$lines[-1]
	shift -p lines
	for line in "\${(@)lines}"; do
		value=\${line%%$'\\t'*}
		values+=("$value")
		(( $#value > width )) && width=$#value
	done
	for line in "\${(@)lines}"; do
		value=\${line%%$'\\t'*}
		if [[ $line == *$'\\t'* ]]; then shown+=("\${(r:width:)value}  -- \${line#*$'\\t'}"); else shown+=("$value"); fi
	done
	local -a options
	[[ $more == *nospace* ]] && options=(-S '')
	(( $#values )) && compadd -l -d shown "\${(@)options}" -a values
	[[ $PREFIX == --*=* ]] && compset -P '*='
	case $more in
	*files*) _files ;;
	*dirs*) _files -/ ;;
	esac
	return 0
}
if [[ $funcstack[1] == _${id} ]]; then _${id} "$@"; else compdef _${id} ${name}; fi
`
}
