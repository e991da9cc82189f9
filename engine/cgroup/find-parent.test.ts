import { describe, expect, test } from 'vitest'
import { chooseParent, type Level } from './find-parent.ts'

const ALL = ['cpu', 'memory', 'pids']

function level(path: string, rest: Partial<Level> = {}): Level {
  return {
    path,
    refused: undefined,
    canEnable: true,
    isTop: false,
    hasProcesses: false,
    controllers: ALL,
    ...rest,
  }
}

const top = level('/sys/fs/cgroup', { refused: 'EACCES', canEnable: false, isTop: true, hasProcesses: true })

describe('chooseParent', () => {
  test('takes the nearest cgroup of ours without processes', () => {
    const levels = [level('/c/a/shell', { hasProcesses: true }), level('/c/a'), level('/c'), top]
    expect(chooseParent(levels, [])).toMatchObject({ kind: 'cgroupfs', parent: '/c/a', controllers: ALL })
  })

  test('divides our own cgroup, without controllers, where nothing above it is ours', () => {
    const parent = chooseParent([level('/c/runner.service', { hasProcesses: true }), top], [])
    expect(parent).toMatchObject({ kind: 'cgroupfs', parent: '/c/runner.service', controllers: [] })
    expect(parent.kind === 'cgroupfs' && parent.missing('memory').reason).toBe(
      'the cgroup /c/runner.service holds processes, so it cannot give controllers to others',
    )
  })

  test('takes the top of the hierarchy although it holds processes', () => {
    expect(chooseParent([{ ...top, refused: undefined, canEnable: true }], [])).toMatchObject({
      parent: '/sys/fs/cgroup',
      controllers: ALL,
    })
  })

  test('does not count on controllers that it cannot switch on', () => {
    expect(chooseParent([level('/c', { canEnable: false })], [])).toMatchObject({ parent: '/c', controllers: [] })
  })

  test('names the controller that was not delegated', () => {
    const parent = chooseParent([level('/c', { controllers: ['pids'] })], [])
    expect(parent.kind === 'cgroupfs' && parent.missing('cpu')).toMatchObject({
      reason: 'the cpu controller is not delegated to /c',
      hint: expect.stringContaining('Delegate=cpu'),
    })
  })

  test('names version 1 where that has the controller', () => {
    const parent = chooseParent([level('/c', { controllers: [] })], ['rw', 'memory'])
    expect(parent.kind === 'cgroupfs' && parent.missing('memory').reason).toBe(
      'the memory controller belongs to cgroup version 1 on this host',
    )
  })

  test.each([
    ['EACCES', 'belongs to somebody else'],
    ['EROFS', 'is mounted read-only'],
  ])('says why nothing is ours: %s', (refused, words) => {
    const parent = chooseParent([level('/c/session', { refused }), top], [])
    expect(parent).toMatchObject({ kind: 'none', problem: { reason: expect.stringContaining(words) } })
  })
})
