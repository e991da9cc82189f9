import { once } from 'node:events'
import { startChild } from '../../base/child.ts'
import { processStartTime } from '../../base/process-start.ts'

/** Puts the terminal back when we are killed and cannot, and ends whom we lent it to. */
export interface Guard {
  /** The terminal is ours from now on. */
  take(): void
  /** It is as it was, and whoever has it now is not to be disturbed. */
  giveBack(): void
  /** A child of ours has it: without us it would share the keyboard with whoever comes next. */
  lendTo(pid: number): void
  /** It is not needed any more. */
  end(): void
}

/**
 * 0 is a pipe from us, 3 and 4 are the terminal. It is in a session of its own: what ends us with
 * our job does not end it, and it may change a terminal that is another job's. A shell that has put
 * the settings right itself is left alone. A child is told to end as by a hangup, then killed; it is
 * known by its start time, too. Source: proc_pid_stat(5), field 22.
 */
const SCRIPT = `
saved=$(stty -g <&3) || exit
echo ready
while read -r line; do state=$line; done
settle() { case $(stty -a <&3) in *-isig*) stty "$saved" <&3 ;; esac; }
runs() {
  stat=$(cat "/proc/$1/stat") || return
  started=$2
  set -- \${stat##*) }
  [ "$1" != Z ] && [ "\${20}" = "$started" ]
}
case $state in
ours) settle ;;
child*)
  set -- $state
  runs "$2" "$3" && kill -HUP "$2"
  tries=0
  while runs "$2" "$3"; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || kill -KILL "$2"
    [ $tries -lt 40 ] || break
    sleep 0.1
  done
  settle
  exit ;;
*) exit ;;
esac
printf '\\033[?2026l\\033[?7h\\033[?2004l\\033[?1049l\\033[?25h\\033[0m' >&4
`

/** A shell that cannot be started, or takes its time, is no reason not to begin. */
const READY_MS = 2000

/** Starts it; it knows the terminal's settings when this resolves. */
export async function startGuard(): Promise<Guard> {
  const child = startChild('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore', 0, 1], detached: true })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  const ready = child.stdout ? once(child.stdout, 'data') : Promise.resolve()
  await Promise.race([ready, once(child, 'close'), timeout(READY_MS)]).catch(() => {})
  child.unref()
  const say = (word: string): void => void child.stdin?.write(`${word}\n`)
  return {
    take: () => say('ours'),
    giveBack: () => say('not-ours'),
    lendTo: (pid) => say(`child ${pid} ${processStartTime(pid) ?? 0}`),
    end: () => void child.stdin?.end('not-ours\n'),
  }
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
