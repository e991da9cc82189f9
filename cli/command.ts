import type { Engine } from '../engine/engine.ts'
import type { CommandIo } from './command-io.ts'
import type { Arguments, Options, Positionals } from './flags/option.ts'

/** What a command hands back; the CLI prints it. `exitCode` wins over what the failures say. */
export interface CommandResult {
  /** for stdout, one a line */
  readonly lines?: readonly string[]
  /** the lines have colours of ours */
  readonly coloured?: boolean
  /** for stderr, after the lines */
  readonly failures?: readonly unknown[]
  readonly exitCode?: number
  /** what to do about a program that failed, one sentence each: for stderr, after all else */
  readonly hints?: readonly string[]
}

/** `runs`: a test runs it, with an image alpine and a container web, rather than only parse it. */
export type Example = readonly [command: string, what: string, runs?: 'runs']

type Result = CommandResult | Promise<CommandResult>

interface CommandText<P extends Positionals, O extends Options> {
  /** e.g. `stop [options] CONTAINER...` */
  readonly usage: string
  /** a sentence or two, where the summary in the command table is not enough */
  readonly description?: string
  readonly positionals: P
  readonly options: O
  /** the first word ends the flags, so that the container's command keeps its own */
  readonly optionsEndAtPositional?: boolean
  /** where there are many: which of the options are about what; the others come first */
  readonly groups?: Readonly<Record<string, Options>>
  readonly examples?: readonly Example[]
}

/** A command that works on the engine, which is opened for it. */
export interface EngineCommand<P extends Positionals, O extends Options> extends CommandText<P, O> {
  readonly run: (engine: Engine, args: Arguments<P, O>, io: CommandIo) => Result
}

/** A command that needs no engine and must not pay for one. */
export interface StandaloneCommand<P extends Positionals, O extends Options> extends CommandText<P, O> {
  readonly runAlone: (args: Arguments<P, O>, io: CommandIo) => Result
}

/** Any command, as the dispatcher sees it: arguments come from the same command's parser. */
export type AnyCommand = CommandText<Positionals, Options> &
  (
    | { readonly run: (engine: Engine, args: never, io: CommandIo) => Result }
    | { readonly runAlone: (args: never, io: CommandIo) => Result }
  )

/** Returns its argument; it is there for the types: `args` follow from positionals and options. */
export function defineCommand<const P extends Positionals, const O extends Options>(
  command: EngineCommand<P, O>,
): EngineCommand<P, O> {
  return command
}

/** As `defineCommand`, for a command that needs no engine. */
export function defineStandaloneCommand<const P extends Positionals, const O extends Options>(
  command: StandaloneCommand<P, O>,
): StandaloneCommand<P, O> {
  return command
}

/**
 * Does one thing to each target in turn; one that fails does not keep the others from it.
 * The targets that worked are printed as they were typed, as docker and podman do.
 */
export async function forEachTarget<T>(
  targets: readonly string[],
  action: (target: string) => T | Promise<T>,
  lineOf: (result: Awaited<T>, target: string) => string | undefined = (_, target) => target,
): Promise<CommandResult> {
  const lines: string[] = []
  const failures: unknown[] = []
  for (const target of targets) {
    try {
      const line = lineOf(await action(target), target)
      if (line !== undefined) lines.push(line)
    } catch (error) {
      failures.push(error)
    }
  }
  return { lines, failures }
}

/**
 * What was done to several targets at the same time, in their order, as `forEachTarget` would say it.
 */
export function settledTargets<T>(
  targets: readonly string[],
  results: readonly PromiseSettledResult<T>[],
  lineOf: (result: T, target: string) => string | undefined = (_, target) => target,
): CommandResult {
  const lines: string[] = []
  const failures: unknown[] = []
  for (const [index, result] of results.entries()) {
    const line = result.status === 'fulfilled' ? lineOf(result.value, targets[index] ?? '') : undefined
    if (result.status === 'rejected') failures.push(result.reason)
    else if (line !== undefined) lines.push(line)
  }
  return { lines, failures }
}
