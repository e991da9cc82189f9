/** Source: seccomp.h of libseccomp, "SCMP_ACT_". Those with a value have it in the low 16 bits. */
const ACTIONS: Readonly<Record<string, number>> = {
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_KILL: 0x00000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
}
const WITH_VALUE = ['SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE']

/** Source: seccomp.h of libseccomp, enum scmp_compare. */
const COMPARISONS: Readonly<Record<string, number>> = {
  SCMP_CMP_NE: 1,
  SCMP_CMP_LT: 2,
  SCMP_CMP_LE: 3,
  SCMP_CMP_EQ: 4,
  SCMP_CMP_GE: 5,
  SCMP_CMP_GT: 6,
  SCMP_CMP_MASKED_EQ: 7,
}

/** Source: errno(3). */
export const EPERM = 1
export const EINVAL = 22
export const ENOSYS = 38

export function isAction(name: string): boolean {
  return Object.hasOwn(ACTIONS, name)
}

export function isComparison(name: string): boolean {
  return Object.hasOwn(COMPARISONS, name)
}

/** The number libseccomp has for an action; an errno not given is EPERM, as runtimes have it. */
export function actionNumber(name: string, errnoRet: number = EPERM): number {
  const number = ACTIONS[name]
  if (number === undefined) throw new Error(`seccomp action ${name} was not checked`)
  return WITH_VALUE.includes(name) ? number + (errnoRet & 0xffff) : number
}

export function comparisonNumber(name: string): number {
  const number = COMPARISONS[name]
  if (number === undefined) throw new Error(`seccomp comparison ${name} was not checked`)
  return number
}
