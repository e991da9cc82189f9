import { describe, expect, test } from 'vitest'
import { renderView } from './render.ts'
import { applyEvent, EMPTY_VIEW, type LayerPhase, type PullEvent, type PullView } from './view.ts'
import { openProgress } from './writer.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const layer = (phase: LayerPhase, doneBytes = 0, totalBytes = 0, digest = DIGEST): PullEvent => ({
  type: 'layer',
  digest,
  phase,
  doneBytes,
  totalBytes,
})
const viewOf = (...events: readonly (readonly [PullEvent, number])[]): PullView =>
  events.reduce((view, [event, nowMs]) => applyEvent(view, event, nowMs), EMPTY_VIEW)

describe('the view', () => {
  test('keeps the layers in the order they were heard of', () => {
    const other = `sha256:${'cd'.repeat(32)}`
    const view = viewOf([layer('waiting'), 0], [layer('waiting', 0, 0, other), 0], [layer('done', 5, 5), 1])
    expect(view.layers.map(({ digest, phase }) => [digest, phase])).toEqual([
      [DIGEST, 'done'],
      [other, 'waiting'],
    ])
  })

  test('does not change the one before', () => {
    const before = viewOf([layer('waiting'), 0])
    applyEvent(before, layer('done'), 1)
    expect(before.layers[0]?.phase).toBe('waiting')
  })

  test('remembers a size that later events leave out', () => {
    expect(viewOf([layer('downloading', 1, 10), 0], [layer('unpacking'), 1]).layers[0]).toMatchObject({
      doneBytes: 1,
      totalBytes: 10,
    })
  })
})

describe('lines', () => {
  test.for([
    [[layer('waiting')], '  abababababab waiting'],
    [[layer('exists')], '  abababababab already here'],
    [[layer('downloading', 500_000, 1_000_000)], '  abababababab downloading  [==========----------] 500kB / 1MB'],
    [[layer('downloading', 500_000)], '  abababababab downloading  500kB'],
    [[layer('downloading', 1, 1_000_000), layer('done')], '  abababababab done         1MB'],
  ] as const)('%#', ([events, line]) => {
    expect(renderView(viewOf(...events.map((event) => [event, 0] as const)), 100)).toEqual([line])
  })

  test('the speed counts what came since the download began', () => {
    const view = viewOf(
      [layer('downloading', 1_000_000, 5_000_000), 1000],
      [layer('downloading', 3_000_000, 5_000_000), 2000],
    )
    expect(renderView(view, 100)[0]).toMatch(/3MB \/ 5MB {2}2MB\/s {2}1s left$/)
  })

  test.for([
    [2_000_000, 60_000_000, '29s left'],
    [1_000_000, 100_000_000, '1m39s left'],
    [1_000, 10_000_000, '2h46m left'],
    [1, 10_000_000, 'days left'],
    [5_000_000, 5_000_000, '5MB/s'],
  ] as const)('the time that is left: %s bytes a second of %s', ([done, total, end]) => {
    const view = viewOf([layer('downloading', 0, total), 0], [layer('downloading', done, total), 1000])
    expect(renderView(view, 100)[0]?.endsWith(end)).toBe(true)
  })

  test('several layers have a total, which counts those that are here and not those that were before', () => {
    const digestOf = (digits: string): string => `sha256:${digits.repeat(32)}`
    const before = viewOf(
      [layer('exists', 9_000_000, 9_000_000, digestOf('01')), 0],
      [layer('waiting', 0, 4_000_000, digestOf('02')), 0],
      [layer('downloading', 0, 2_000_000, digestOf('03')), 0],
      [layer('done', 2_000_000, 2_000_000, digestOf('03')), 500],
    )
    const view = applyEvent(before, layer('downloading', 1_000_000, 4_000_000, digestOf('04')), 0)
    const later = applyEvent(view, layer('downloading', 2_000_000, 4_000_000, digestOf('04')), 1000)
    expect(renderView(later, 100).at(-1)).toBe(
      '  total        downloading  [========------------] 4MB / 10MB  3MB/s  2s left',
    )
    const done = applyEvent(later, layer('done', 4_000_000, 4_000_000, digestOf('04')), 2000)
    expect(renderView(done, 100).at(-1)).not.toContain('total')
  })

  test('none is wider than the terminal', () => {
    const view = viewOf([{ type: 'resolved', reference: 'x'.repeat(200) }, 0], [layer('downloading', 1, 2), 0])
    for (const width of [1, 10, 40]) {
      for (const line of renderView(view, width)) expect(line.length).toBeLessThanOrEqual(Math.max(1, width - 1))
    }
  })

  test('more bytes than promised do not break the bar', () => {
    expect(renderView(viewOf([layer('downloading', 20, 10), 0]), 100)[0]).toContain('[====================]')
  })
})

describe('the writer', () => {
  function recorder(isTerminal: boolean) {
    const clock = { ms: 0 }
    const writes: string[] = []
    const writer = openProgress({
      isTerminal,
      columns: () => 80,
      write: (text) => writes.push(text),
      now: () => clock.ms,
    })
    return { clock, writes, writer }
  }

  test('redraws at most ten times a second, and the last state always', () => {
    const { clock, writes, writer } = recorder(true)
    for (let i = 1; i <= 100; i++) {
      clock.ms += 5
      writer.event(layer('downloading', i, 100))
    }
    expect(writes.length).toBe(5)
    writer.event(layer('done', 100, 100))
    writer.end()
    expect(writes.at(-1)).toContain('done')
    expect(writes.at(-1)?.startsWith('\u001b[1A\r\u001b[J')).toBe(true)
    const count = writes.length
    writer.end()
    expect(writes.length).toBe(count)
  })

  test('a note stays above the lines', () => {
    const { writes, writer } = recorder(true)
    writer.event(layer('downloading', 1, 2))
    writer.note('trying again')
    const [note = '', lines = ''] = writes.slice(1)
    expect(note).toBe('\u001b[1A\r\u001b[Jtrying again\n')
    expect(lines).toContain('abababababab downloading')
  })

  test('without a terminal each layer is one line, when it is finished', () => {
    const { writes, writer } = recorder(false)
    writer.event({ type: 'resolved', reference: 'docker.io/library/x:latest' })
    writer.event(layer('downloading', 1, 3_400_000))
    writer.event(layer('unpacking'))
    writer.event(layer('done'))
    writer.note('a note')
    writer.end()
    expect(writes).toEqual([
      'Pulling docker.io/library/x:latest\n',
      'sha256:abababababab downloaded 3.4MB\n',
      'a note\n',
    ])
  })

  test('a push says so', () => {
    const { writes, writer } = recorder(false)
    writer.event({ type: 'resolved', reference: 'quay.io/x:latest', action: 'push' })
    writer.event(layer('downloading', 1, 3_400_000))
    writer.event(layer('done'))
    writer.event(layer('exists', 5, 5, `sha256:${'cd'.repeat(32)}`))
    expect(writes).toEqual([
      'Pushing quay.io/x:latest\n',
      'sha256:abababababab uploaded 3.4MB\n',
      'sha256:cdcdcdcdcdcd already there\n',
    ])
  })
})
