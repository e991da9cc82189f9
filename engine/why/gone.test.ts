import { expect, test } from 'vitest'
import type { EngineEvent } from '../events/event.ts'
import { lastEnd } from './gone.ts'

const event = (timeMs: number, id: string, action: string, attributes: Record<string, string> = {}): EngineEvent => ({
  ...{ timeMs, type: 'container', action, id, name: `name-${id}`, attributes: { image: 'i', ...attributes } },
})

test('the last one that ended, by what happened since its last start', () => {
  const events = [
    event(1, 'a', 'start'),
    event(2, 'a', 'kill', { signal: '9' }),
    event(3, 'a', 'died', { containerExitCode: '137' }),
    event(4, 'a', 'start'),
    event(5, 'b', 'start'),
    event(6, 'a', 'stop'),
    event(7, 'a', 'died', { containerExitCode: '143' }),
    event(8, 'a', 'remove'),
  ]
  expect(lastEnd(events)).toEqual({
    ...{ id: 'a', name: 'name-a', image: 'i', exitCode: 143, startedAtMs: 4, finishedAtMs: 7 },
    events: { killed: [], wasStopped: true, wasUnhealthy: false },
  })
  expect(lastEnd([event(1, 'a', 'start')])).toBeUndefined()
})
