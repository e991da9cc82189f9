import { expect, test } from 'vitest'
import { compileExecPlan } from './compile-exec-plan.ts'
import { CLONE } from './constants.ts'

test('a process is in all namespaces of the container from its first moment', () => {
  const plan = compileExecPlan(
    {
      terminal: false,
      user: { uid: 0, gid: 0, umask: 0o22, additionalGids: [] },
      args: ['true'],
      env: [],
      cwd: '/',
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      rlimits: [],
      noNewPrivileges: false,
    },
    {
      target: { pid: 7, startTime: '70' },
      namespaces: ['user', 'mount', 'pid'],
      uidMappings: [],
      gidMappings: [],
      interactive: false,
      attached: [],
    },
  )
  const ops = plan.map(({ op }) => op)
  const [beside, join, sibling] = [ops.indexOf('beside'), ops.indexOf('join'), ops.indexOf('sibling')]
  expect(plan[join]?.args).toEqual([(CLONE.user | CLONE.mount | CLONE.pid).toString(16)])
  expect([beside < join, join < sibling, ops.lastIndexOf('join') === join]).toEqual([true, true, true])
  const done = sibling + 1 + Number.parseInt(plan[sibling]?.args[1] ?? '', 16)
  expect([ops[done - 1], ops[done], beside + Number.parseInt(plan[beside]?.args[0] ?? '', 16)]).toEqual([
    'exec-failed',
    'done',
    done,
  ])
})
