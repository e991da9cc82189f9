import { asRoot, install, setSysctl } from './commands.ts'
import type { DoctorFacts } from './facts.ts'
import { degraded, essential, type Finding, ok } from './finding.ts'

/** What containers can be limited by, and are kept to. Source: podman-run(1): --memory, --pids-limit, --cpus. */
const USUAL_CONTROLLERS = ['cpu', 'memory', 'pids']

/** Of a limit, where the rest is not much any more. */
const NEARLY = 0.9

/** Cgroups, security, and limits of the kernel for the user. Pure. */
export function checkLimits(facts: DoctorFacts): Finding[] {
  return [
    checkCgroup(facts),
    ok('security modules', facts.securityModules.length === 0 ? 'none in use' : facts.securityModules.join(', ')),
    checkSeccomp(facts),
    checkKeys(facts),
    checkInotify(facts),
  ]
}

function checkCgroup(facts: DoctorFacts): Finding {
  const { version, manager, controllers, problem } = facts.cgroup
  const lost = USUAL_CONTROLLERS.filter((controller) => !controllers.includes(controller))
  const shown = `${version} by ${manager === 'none' ? 'nobody' : manager}, controllers: ${controllers.join(' ') || 'none'}`
  if (lost.length === 0) return ok('cgroups', shown)
  const words = lost.map((name) => ({ cpu: '--cpus', memory: '--memory', pids: '--pids-limit' })[name] ?? name)
  const mend = manager === 'systemd' ? delegate(facts) : problem?.hint
  return degraded('cgroups', problem ? `${shown}; ${problem.reason}` : shown, {
    lost: `${words.join(', ')} cannot be kept${manager === 'none' ? ', and containers are paused by signals' : ''}`,
    ...(mend !== undefined && { mend }),
  })
}

/** Source: systemd.resource-control(5), Delegate=. */
function delegate(facts: DoctorFacts): string {
  const place = '/etc/systemd/system/user@.service.d'
  return `${asRoot(facts, `mkdir -p ${place}`)} && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | ${asRoot(facts, `tee ${place}/delegate.conf`)} && ${asRoot(facts, 'systemctl daemon-reload')}, then log in again`
}

function checkSeccomp(facts: DoctorFacts): Finding {
  const { inKernel, problem } = facts.seccomp
  const without = 'containers run with --security-opt seccomp=unconfined alone'
  if (!inKernel)
    return essential('seccomp', 'this kernel has none', {
      lost: without,
      mend: 'use a kernel with CONFIG_SECCOMP_FILTER',
    })
  if (problem === undefined) return ok('seccomp', 'the kernel has it, and libseccomp is there')
  return essential('seccomp', problem, { lost: without, mend: install(facts, 'libseccomp') })
}

function checkKeys(facts: DoctorFacts): Finding {
  const { keys } = facts
  if (!keys) return ok('keyring', '/proc/key-users cannot be read here')
  const shown = `${keys.used} of ${keys.most} keys`
  if (keys.used < keys.most * NEARLY) return ok('keyring', shown)
  return degraded('keyring', shown, {
    lost: 'programs that keep keys (Kerberos, fscrypt, other engines) fail with "disk quota exceeded"',
    mend: setSysctl(facts, 'kernel.keys.maxkeys', `${Math.max(2000, keys.most * 10)}`),
  })
}

function checkInotify(facts: DoctorFacts): Finding {
  const { usedInstances, mostInstances, usedWatches, mostWatches, problem } = facts.inotify
  const shown = `${usedInstances} of ${mostInstances} instances and ${usedWatches} of ${mostWatches} watches in use, as far as can be seen`
  const lost = 'programs that watch files (web servers in development, systemd) fail with "too many open files"'
  const more = (name: string, most: number): string => setSysctl(facts, name, `${Math.max(1024, most * 4)}`)
  if (usedWatches >= mostWatches * NEARLY || problem === 'ENOSPC') {
    return degraded('inotify', shown, { lost, mend: more('fs.inotify.max_user_watches', mostWatches) })
  }
  if (usedInstances >= mostInstances * NEARLY || problem !== undefined) {
    return degraded('inotify', shown, { lost, mend: more('fs.inotify.max_user_instances', mostInstances) })
  }
  return ok('inotify', shown)
}
