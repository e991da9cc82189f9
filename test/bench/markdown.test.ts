import { expect, test } from 'vitest'
import { formatReport, replaceBench } from './markdown.ts'

test('a table of medians, ratios and whether they meet the target', () => {
  const table = formatReport({
    date: '2025-01-31',
    machine: 'Linux 6.18',
    cases: [
      {
        name: 'a',
        title: 'a',
        unit: 'ms',
        target: 0.6,
        outcomes: { tspod: { samples: [60] }, podman: { samples: [99, 100, 130] } },
      },
      {
        name: 'b',
        title: 'b',
        unit: 'ms',
        target: 0.5,
        outcomes: { tspod: { samples: [900] }, podman: { samples: [1234] } },
      },
      {
        name: 'c',
        title: 'c',
        unit: 'KiB',
        outcomes: { tspod: { samples: [2048] }, podman: { error: 'podman ps: exit 1\nno' } },
      },
      { name: 'd', title: 'd', unit: 'ms', target: 1, outcomes: { tspod: { samples: [1, 2] } } },
    ],
  })
  expect(table.split('\n')).toEqual([
    '| | tspod | podman | ratio | target | met? |',
    '|---|---:|---:|---:|---:|---|',
    '| a | 60 ms (60–60) | 100 ms (99–130) | 0.60 | ≤ 0.6 | yes |',
    '| b | 900 ms (900–900) | 1.23 s (1.23–1.23) | 0.73 | ≤ 0.5 | **no** |',
    '| c | 2048 KiB (2048–2048) | failed | – | – | – |',
    '| d | 2 ms (1–2) | – | – | ≤ 1 | – |',
    '',
    'Failed:',
    '',
    '- c: podman ps: exit 1 no',
    '',
    'Medians (min–max), engines in turn. 2025-01-31: Linux 6.18.',
  ])
})

test('replaces what is between the marks, and only that', () => {
  const text = 'a\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nb\n'
  expect(replaceBench(text, 'new')).toBe('a\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nb\n')
})

test.for(['', '<!-- bench:begin -->', '<!-- bench:end --> <!-- bench:begin -->'])(
  'refuses a text without the marks: %j',
  (text) => {
    expect(() => replaceBench(text, 'new')).toThrow('there is no <!-- bench:begin -->')
  },
)
