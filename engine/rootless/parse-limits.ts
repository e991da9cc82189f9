import { RLIMITS } from '../plan/constants.ts'

/** -1 is no limit. */
export interface Limits {
  readonly soft: number
  readonly hard: number
}

/** How the kernel words each limit. Source: fs/proc/base.c, lnames. */
const WORDS: Readonly<Record<(typeof RLIMITS)[number], string>> = {
  RLIMIT_CPU: 'Max cpu time',
  RLIMIT_FSIZE: 'Max file size',
  RLIMIT_DATA: 'Max data size',
  RLIMIT_STACK: 'Max stack size',
  RLIMIT_CORE: 'Max core file size',
  RLIMIT_RSS: 'Max resident set',
  RLIMIT_NPROC: 'Max processes',
  RLIMIT_NOFILE: 'Max open files',
  RLIMIT_MEMLOCK: 'Max locked memory',
  RLIMIT_AS: 'Max address space',
  RLIMIT_LOCKS: 'Max file locks',
  RLIMIT_SIGPENDING: 'Max pending signals',
  RLIMIT_MSGQUEUE: 'Max msgqueue size',
  RLIMIT_NICE: 'Max nice priority',
  RLIMIT_RTPRIO: 'Max realtime priority',
  RLIMIT_RTTIME: 'Max realtime timeout',
}

/** The limits in /proc/self/limits by the names of setrlimit(2); those it does not show are missing. */
export function parseLimits(text: string): Readonly<Record<string, Limits>> {
  const lines = text.split('\n')
  return Object.fromEntries(
    RLIMITS.flatMap((type) => {
      const line = lines.find((one) => one.startsWith(`${WORDS[type]} `))
      const [, soft, hard] =
        /^\s+(\d{1,20}|unlimited)\s+(\d{1,20}|unlimited)(\s|$)/.exec(line?.slice(WORDS[type].length) ?? '') ?? []
      return soft === undefined || hard === undefined
        ? []
        : [[type, { soft: parseLimit(soft), hard: parseLimit(hard) }] as const]
    }),
  )
}

function parseLimit(word: string): number {
  return word === 'unlimited' ? -1 : Number(word)
}
