import type { CodeTable } from './code-table.ts'

/** Of what was typed, and of the terminal it was typed on. */
// biome-ignore format: a table
export const COMMAND_LINE = {
  E_BAD_ARGUMENTS: ['The words after the command are too few, too many, or exclude each other.', 'See the usage in "tspod COMMAND --help".'],
  E_BAD_DESCRIPTOR: ['A column that top or ps was asked for does not exist.', 'Choose one of those that the message lists.'],
  E_BAD_DETACH_KEYS: ['The keys that are to leave a container cannot be typed.', 'Write characters and ctrl-a to ctrl-z with commas between them, as in ctrl-p,ctrl-q.'],
  E_BAD_FILTER: ['A filter has a key or a value that means nothing.', 'Write it as KEY=VALUE with one of the keys that "tspod COMMAND --help" names.'],
  E_BAD_FLAG: ['A flag has no value, or one that it cannot have.', 'See "tspod COMMAND --help" for what it takes.', '125 with every command, also as docker'],
  E_BAD_TEMPLATE: ['The Go template after --format cannot be read or used.', 'Use --format json to see which members there are.', '64 with inspect as docker'],
  E_INPUT_TOO_LARGE: ['More came on stdin than the command takes.', 'Give it a shorter file.'],
  E_INTERRUPTED: ['A question was answered by ctrl-c.', 'Run the command again, or give the answer with a flag.', '130'],
  E_NO_RECIPE: ['"tspod ci" has no recipe of this name.', 'Choose one of those that the message lists.'],
  E_NO_SUCH_STEP: ['--debug-fault names a step that the plan does not have.', 'Choose one of those that the message lists.'],
  E_NO_SUCH_VARIABLE: ['A secret was to be made of a variable that is not set.', 'Export the variable first.'],
  E_NO_TERMINAL: ['A terminal is needed, and stdin is none.', 'Leave out -t, or give by flags what would be asked for.', '1 with exec and run as docker'],
  E_NOT_CONFIRMED: ['A question was not answered.', 'Use --force where nobody can be asked.'],
  E_NOT_FOUND: ['inspect found nothing of this name.', 'List what there is, for example with "tspod ps -a" or "tspod images".', '1 with inspect as docker'],
  E_NOT_YET: ['A command of docker or podman that tspod does not have yet.', 'Do as the hint says; the README lists what is missing.', '1 with compose'],
  E_OPTION_FILE: ['A file that a flag names cannot be read.', 'Check its path, its size and its permissions.'],
  E_OTHER_DOCKER: ['DOCKER_HOST, a context or a flag asks for a docker on another machine.', 'Unset it: tspod works on this machine, without a daemon.'],
  E_TERMINAL: ['An archive would go to or come from a terminal.', 'Name a file, or use a pipe.'],
  E_UNKNOWN_COMMAND: ['There is no such command.', 'See "tspod --help"; the hint names the nearest one.'],
  E_UNKNOWN_ERROR_CODE: ['"tspod help" was asked for an error code that does not exist.', 'See docs/errors.md for all of them.'],
  E_UNKNOWN_FLAG: ['The command has no such flag.', 'See "tspod COMMAND --help"; the hint names the nearest one.', '125 with every command, also as docker'],
  E_UNSUPPORTED: ['What was asked for exists in docker or podman, and not here.', 'Follow the hint, or leave the flag out.'],
  E_UNSUPPORTED_OPTION: ['A flag or a value of it exists in docker or podman, and cannot be kept here.', 'Leave it out: the message says why it cannot be.'],
} as const satisfies CodeTable
