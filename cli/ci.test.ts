import { expect, test } from 'vitest'
import { asText, type Ci, githubError, openPhases } from './ci.ts'

function phasesOf(ci: Ci | undefined, ...titles: readonly string[]): string[] {
  const written: string[] = []
  using phases = openPhases(
    ci,
    (text) => written.push(text),
    () => 7_500,
  )
  for (const title of titles) phases.begin(title)
  phases.end()
  return written
}

test('GitHub folds what stands between two commands, one after the other', () => {
  expect(phasesOf('github', 'Pulling a', 'Running a')).toEqual([
    ...['::group::Pulling a\n', '::endgroup::\n', '::group::Running a\n', '::endgroup::\n'],
  ])
})

test('GitLab folds sections, whose names have letters, digits and _.- only', () => {
  expect(phasesOf('gitlab', 'Pulling docker.io/library/a:b c')).toEqual([
    'section_start:7:tspod_Pulling_docker.io_library_a_b_c_7500\r\u001b[0KPulling docker.io/library/a:b c\n',
    'section_end:7:tspod_Pulling_docker.io_library_a_b_c_7500\r\u001b[0K\n',
  ])
})

test('elsewhere nothing is written', () => {
  expect([...phasesOf('plain', 'a'), ...phasesOf(undefined, 'a')]).toEqual([])
})

test.for([
  ['a\n::error::forged', '::group::a; ::error::forged\n'],
  ['100%\r::stop', '::group::100%25\ufffd::stop\n'],
] as const)('a title cannot forge a command: %j', ([title, line]) => {
  expect(phasesOf('github', title)[0]).toBe(line)
})

test('an error is one command, whatever is in it', () => {
  expect(githubError('E_A,x:y', 'no %\n::warning::z')).toBe('::error title=E_A%2Cx%3Ay::no %25%0A::warning::z')
})

test.for([
  ['github', '::set-output name=a::b', '%3A%3Aset-output name=a::b'],
  ['github', '  ::error::x', '  %3A%3Aerror::x'],
  ['github', 'a\n::error::x', 'a\n%3A%3Aerror::x'],
  ['github', 'x ##[error]y', 'x ##%5Berror]y'],
  ['github', 'a::b', 'a::b'],
  ['gitlab', '::error::x', '::error::x'],
] as const)('a line as text for %s: %j', ([ci, line, expected]) => {
  expect(asText(ci, line)).toBe(expected)
})
