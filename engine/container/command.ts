import { parseEntrypoint } from '../spec/parse-entrypoint.ts'
import type { ContainerConfig } from './config.ts'

type Described = Pick<ContainerConfig, 'entrypoint' | 'request'>

/** The words before the command that was given or is the image's. */
export function entrypointOf({ entrypoint, request }: Described): readonly string[] {
  return entrypoint ?? (request.entrypoint === undefined ? [] : parseEntrypoint(request.entrypoint))
}

/** What is run, without the entry point: the command podman speaks of. */
export function ownCommand(command: readonly string[], config: Described): readonly string[] {
  const entrypoint = entrypointOf(config)
  return entrypoint.every((word, index) => command[index] === word) ? command.slice(entrypoint.length) : command
}
