import type { CodeTable } from '../base/error-codes/code-table.ts'
import { ERROR_AREAS } from '../base/error-codes.ts'
import { TspodError } from '../base/errors.ts'
import { orMeant } from '../base/nearest.ts'

type Explanation = CodeTable[`E_${string}`]

/** docs/errors.md: every code, what it means, what to do, and the exit status where it is not always 125. Pure. */
export function errorPage(): string {
  const areas = Object.entries(ERROR_AREAS).flatMap(([area, codes]) => [
    `## ${area}`,
    ['| code | what it means | what to do | exit status |', '| --- | --- | --- | --- |', ...rowsOf(codes)].join('\n'),
  ])
  return `${[
    '# Error codes',
    'Made from `base/error-codes/` by `npm run docs`; `npm run check` fails where they differ. `tspod help CODE` shows one of them.',
    'The code at the end of a message stays the same where its words change: match on it, or use `--json`. The exit status is 125 unless the table says otherwise; called as `docker` it is 1 where docker has 1.',
    ...areas,
  ].join('\n\n')}\n`
}

function rowsOf(codes: CodeTable): string[] {
  return Object.entries(codes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, [meaning, advice, status = '']]) =>
        `| \`${code}\` | ${cell(meaning)} | ${cell(advice)} | ${cell(status)} |`,
    )
}

/** A bar would part cells. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** What `tspod help CODE` shows, a line each; undefined where there is no such code. In any case, and without `E_`, too. Pure. */
export function explainCode(word: string): string[] | undefined {
  const code = `E_${word.toUpperCase().replaceAll('-', '_').replace(/^E_/, '')}`
  const codes: ReadonlyMap<string, Explanation> = new Map(
    Object.values(ERROR_AREAS).flatMap((area) => Object.entries(area)),
  )
  const found = codes.get(code)
  if (!found) return undefined
  const [meaning, advice, status = '125'] = found
  return [code, '', `  ${meaning}`, `  ${advice}`, '', `  Exit status: ${status}`]
}

export function knownCodes(): string[] {
  return Object.values(ERROR_AREAS).flatMap((area) => Object.keys(area))
}

export function unknownCode(code: string): TspodError {
  return new TspodError('E_UNKNOWN_ERROR_CODE', `there is no error code ${code.slice(0, 64)}`, {
    hint: orMeant(code, knownCodes(), 'see docs/errors.md for all of them'),
  })
}
