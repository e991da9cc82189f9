import { oneLine } from '../ui/text/printable.ts'

/** Whose log our words go into; `plain` where it has no marks of its own. */
export type Ci = 'github' | 'gitlab' | 'plain'

/** By the variables that the runners set. Source: docs.github.com, "Variables"; docs.gitlab.com, "Predefined CI/CD variables". */
export function ciOf(env: Readonly<Record<string, string | undefined>>): Ci {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github'
  return env['GITLAB_CI'] === 'true' ? 'gitlab' : 'plain'
}

export interface Phases extends Disposable {
  /** the lines that follow are of this; what was before has ended */
  begin(title: string): void
  end(): void
}

/**
 * Folds the lines of a log. Both know no phase within a phase.
 * Source: docs.github.com, "Workflow commands", Grouping log lines; docs.gitlab.com, "CI/CD job logs", Custom collapsible sections.
 */
export function openPhases(ci: Ci | undefined, write: (text: string) => void, now: () => number): Phases {
  let open: string | undefined
  const seconds = (): number => Math.floor(now() / 1000)
  const end = (): void => {
    if (open === undefined) return
    write(ci === 'github' ? '::endgroup::\n' : `section_end:${seconds()}:${open}\r\u001b[0K\n`)
    open = undefined
  }
  return {
    begin(title) {
      end()
      if (ci !== 'github' && ci !== 'gitlab') return
      open = sectionName(title, now())
      write(
        ci === 'github'
          ? `::group::${escapeData(oneLine(title))}\n`
          : `section_start:${seconds()}:${open}\r\u001b[0K${oneLine(title)}\n`,
      )
    },
    end,
    [Symbol.dispose]: end,
  }
}

/** Letters, digits and `_.-` are all that GitLab takes; two of one name would be one section. */
function sectionName(title: string, nowMs: number): string {
  return `tspod_${title.replace(/[^a-zA-Z0-9_.-]+/g, '_').slice(0, 80)}_${nowMs}`
}

/** An error that GitHub shows beside the run, too. Source: docs.github.com, "Workflow commands", Setting an error message. */
export function githubError(title: string, message: string): string {
  return `::error title=${escapeProperty(title)}::${escapeData(message)}`
}

/**
 * A line of ours that GitHub is to take for text: a name or a label in it must not be a command to the runner.
 * Source: actions/runner, ActionCommand.cs: a command begins a line with `::` behind white space, or has `##[` anywhere.
 */
export function asText(ci: Ci | undefined, line: string): string {
  if (ci !== 'github') return line
  return line.replace(/^(\s*)::/gm, '$1%3A%3A').replaceAll('##[', '##%5B')
}

/** Source: actions/toolkit, command.ts, escapeData and escapeProperty. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
