import { EXIT, firstOf, TspodError } from '../base/errors.ts'
import { oneLine } from '../ui/text/printable.ts'
import { ciOf } from './ci.ts'
import type { AnyCommand, CommandResult } from './command.ts'
import type { CommandIo, OutputStream } from './command-io.ts'
import { commands } from './commands/index.ts'
import { compatOf, GLOBAL_OPTIONS, leadingOptions, makeConfig, readProcessFacts } from './config.ts'
import { checkDockerPlace } from './docker-place.ts'
import { findCommand, findNoun, typedName } from './find-command.ts'
import { inStyle } from './flags/in-style.ts'
import { CLOSED_OUTPUT_STATUS, OutputClosed, openOutput } from './output.ts'
import { type ParsedArguments, type ParsedCommand, parseCommand, parseGlobals } from './parse-command.ts'
import { type ErrorContext, exitCodeOf } from './report-error.ts'
import { resultText } from './result-text.ts'
import { errorStyle, writeError, writeHints } from './write-error.ts'

/** No command is an error in podman, though it shows the help. docker's is seen in 28.2. */
const NO_COMMAND_STATUS = { podman: 125, docker: 0 } as const

/** Carries out one command line. Resolves with the exit status; never rejects. */
async function main(argv: readonly string[]): Promise<number> {
  const facts = readProcessFacts()
  const stdout = openOutput(1, facts.env)
  const stderr = openOutput(2, facts.env)
  const errors = errorStyle(facts.env, argv.includes('--log-level=debug'))
  let context: ErrorContext = { compat: 'podman', command: undefined }
  let config: CommandIo['config'] | undefined
  try {
    const compat = compatOf(facts.env)
    context = { compat, command: undefined }
    const leading = parseGlobals(argv, leadingOptions(compat))
    errors.json = leading.globals['json'] === true
    errors.ci = leading.globals['ci'] === true ? ciOf(facts.env) : undefined
    const isHelp = leading.rest[0] === 'help' || leading.globals['help'] === true
    const words = leading.rest[0] === 'help' ? leading.rest.slice(1) : leading.rest
    if (leading.globals['version'] === true) return await showVersion(stdout, compat)
    if (isHelp && words[0] && /^e_/i.test(words[0])) return await showCode(stdout, words[0])
    const found = findCommand(commands, words)
    if (!found) {
      if (isHelp && words.length === 1 && !findNoun(words) && (await showsCode(stdout, words[0]))) return 0
      if (typedName(words) !== undefined) throw (await import('./unknown-command.ts')).unknownCommand(commands, words)
      const [output, status] = isHelp ? [stdout, 0] : [stderr, NO_COMMAND_STATUS[compat]]
      await showCommands(findNoun(words), { output, name: errors.name, compat })
      return status
    }

    context = { compat, command: found.name }
    const command = inStyle((await found.entry.load()).default, compat)
    // What says how errors are shown may stand behind what is wrong.
    const leadingJson = errors.json
    errors.json ||= found.argv.includes('--json')
    const parsed = isHelp ? undefined : parseCommand(command, found.argv, GLOBAL_OPTIONS)
    errors.json = leadingJson || parsed?.globals['json'] === true || parsed?.args['json'] === true
    if (!parsed || parsed.wantsHelp) {
      return await showHelp(command, found.entry.summary, { output: stdout, name: errors.name })
    }
    if (facts.isOutside && !found.entry.worksOutside) return EXIT.engine
    config = makeConfig(facts, { ...leading.globals, ...given(parsed.globals) })
    errors.debug = config.debug
    errors.ci = config.ci
    const warning =
      compat === 'docker' ? checkDockerPlace(found.name, { ...leading.globals, env: facts.env }) : undefined
    if (warning !== undefined) stderr.write(`warning: ${oneLine(warning)}\n`)
    const args = await resultAsJson(command, parsed, { argv: found.argv, leadingJson })
    const result = await runCommand(command, args, { config, stdout, stderr, commands })
    if (result.lines) stdout.write(resultText(result, { config, stdout }))
    const first = result.failures?.[0]
    const status = result.exitCode ?? (first === undefined ? 0 : exitCodeOf(first, context))
    for (const failure of result.failures ?? []) writeError(stderr, failure, { ...errors, context, status })
    if (result.hints) writeHints(stderr, result.hints, errors)
    return status
  } catch (thrown) {
    const error = await inWords(thrown, config)
    if (error instanceof OutputClosed) return CLOSED_OUTPUT_STATUS
    writeError(stderr, error, { ...errors, context })
    return exitCodeOf(error, context)
  }
}

/** What has `--json` of its own has it before the command, too; what has `--format` takes that one for it. */
async function resultAsJson(
  command: AnyCommand,
  parsed: ParsedCommand,
  { argv, leadingJson }: { readonly argv: readonly string[]; readonly leadingJson: boolean },
): Promise<ParsedArguments> {
  if ('json' in command.options) return leadingJson ? { ...parsed.args, json: true } : parsed.args
  if (parsed.globals['json'] !== true) return parsed.args
  return (await import('./json-format.ts')).withJsonFormat(command, parsed, argv)
}

async function runCommand(command: AnyCommand, args: ParsedArguments, io: CommandIo): Promise<CommandResult> {
  const result = await resultOf(command, args, io)
  if (result.failures === undefined || result.failures.length === 0) return result
  return { ...result, failures: await Promise.all(result.failures.map((failure) => inWords(failure, io.config))) }
}

async function resultOf(command: AnyCommand, args: ParsedArguments, io: CommandIo): Promise<CommandResult> {
  // The arguments are what the parser of this very command made of its own options.
  if ('runAlone' in command) return await command.runAlone(args as never, io)
  const { openForCommand } = await import('./open.ts')
  using engine = await openForCommand(io)
  return await command.run(engine, args as never, io)
}

/** A full disk, a directory that is gone and the like may come up anywhere, the latter before there is a configuration. */
async function inWords(thrown: unknown, config?: CommandIo['config']): Promise<unknown> {
  const error = firstOf(thrown)
  if (error instanceof TspodError || error instanceof OutputClosed) return error
  const { explainErrno } = await import('../engine/explain-errno.ts')
  return explainErrno(error, config)
}

/** Where help goes, and the name that the user has for us. */
interface HelpPlace {
  readonly output: OutputStream
  readonly name: string
}

async function showHelp(command: AnyCommand, summary: string, { output, name }: HelpPlace): Promise<number> {
  const { renderCommandHelp } = await import('./help/command-help.ts')
  output.write(`${renderCommandHelp(command, { summary, globals: GLOBAL_OPTIONS, width: output.columns(), name })}\n`)
  return 0
}

async function showCommands(
  noun: string | undefined,
  { output, name, compat }: HelpPlace & Pick<ErrorContext, 'compat'>,
): Promise<void> {
  const { renderCommandList } = await import('./help/command-list.ts')
  const text = { globals: leadingOptions(compat), width: output.columns(), name, noun }
  output.write(`${renderCommandList(commands, text)}\n`)
}

async function showCode(stdout: OutputStream, code: string): Promise<number> {
  if (await showsCode(stdout, code)) return 0
  const { unknownCode } = await import('./error-page.ts')
  throw unknownCode(code.toUpperCase())
}

/** Whether there is such a code. */
async function showsCode(stdout: OutputStream, code = ''): Promise<boolean> {
  const { explainCode } = await import('./error-page.ts')
  const lines = explainCode(code)
  if (lines) stdout.write(lines.map((line) => `${line}\n`).join(''))
  return lines !== undefined
}

async function showVersion(stdout: OutputStream, compat: ErrorContext['compat']): Promise<number> {
  const { versionLine } = await import('../engine/version.ts')
  stdout.write(`${versionLine(compat)}\n`)
  return 0
}

/** Flags that were not given must not hide those given before the command. */
function given(flags: ParsedArguments): ParsedArguments {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
}

// An error that no promise carries, thrown in a callback, is a bug like any other and must not look like the container's status.
process.on('uncaughtException', (error) => {
  writeError(openOutput(2, {}), error, errorStyle({ NO_COLOR: '1' }, true))
  process.exit(EXIT.engine)
})

// Not awaited at the top level: the bundle is CommonJS, which starts faster than a module.
void main(process.argv.slice(2)).then((status) => process.exit(status))
