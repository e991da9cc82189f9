/**
 * The commands of a line for a shell, each as its words: enough for the examples in the help, which
 * have quotes, pipes, `&&`, redirections and `$(…)`.
 */
export function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]]
  const tokens = line.matchAll(/\s+|\$\(|[()|<>]|&&|((?:'[^']*'|"[^"]*"|[^\s'"|&<>()$]|\$(?!\())+)/g)
  for (const [token, word] of tokens) {
    if (word !== undefined) commands.at(-1)?.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))
    else if (token.trim() !== '') commands.push([])
  }
  return commands.filter((command) => command.length > 0)
}
