/** The first 12 digits of an id, without the name of the algorithm. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12)
}

/** A command as podman's ps shows it: 17 characters and `...` when it is longer. */
export function shortCommand(command: readonly string[]): string {
  const text = command.join(' ')
  const characters = [...text]
  return characters.length > 17 ? `${characters.slice(0, 17).join('')}...` : text
}
