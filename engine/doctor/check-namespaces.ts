import { familyOf } from '../../base/distribution.ts'
import { asRoot, install, setSysctl } from './commands.ts'
import type { DoctorFacts, SubidFact } from './facts.ts'
import { degraded, essential, type Finding, ok } from './finding.ts'

/** As many as most images have. Source: subuid(5), SUB_UID_COUNT. */
const USUAL_IDS = 65_536

/** What each of the sysctls has to be for user namespaces, and what it is where it forbids them. */
const FORBIDDING: readonly { readonly name: string; readonly forbids: string; readonly set: string }[] = [
  // Source: Debian's kernel, kernel.unprivileged_userns_clone
  { name: 'kernel.unprivileged_userns_clone', forbids: '0', set: '1' },
  // Source: namespaces(7), /proc/sys/user
  { name: 'user.max_user_namespaces', forbids: '0', set: '15000' },
  // Source: Ubuntu's apparmor: restricted to programs with a profile
  { name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: '1', set: '0' },
]

/** User namespaces, the ids in them, and the programs that map those. Pure. */
export function checkNamespaces(facts: DoctorFacts): Finding[] {
  if (!facts.rootless) return [ok('user namespaces', 'not needed, as you are root')]
  return [checkNamespace(facts), checkIds(facts), checkMappers(facts)]
}

function checkNamespace(facts: DoctorFacts): Finding {
  const { problem, sysctls } = facts.namespace
  const name = 'user namespaces'
  const forbidding = FORBIDDING.filter((one) => sysctls[one.name] === one.forbids)
  if (problem === undefined) {
    const notes = forbidding.map((one) => `${one.name} = ${one.forbids} does not keep you from them`)
    return ok(name, ['they work', ...notes].join('; '))
  }
  const [first] = forbidding
  const why = first ? `${problem} (${first.name} = ${first.forbids})` : problem
  const mend = first
    ? setSysctl(facts, first.name, first.set)
    : 'a container or a hardened kernel may forbid them: see user_namespaces(7)'
  return essential(name, why, { mend })
}

function checkIds(facts: DoctorFacts): Finding {
  const name = 'subordinate ids'
  const { subuid, subgid, subidNotices, namespace, user } = facts
  const lost = 'containers have the user 0 alone: most images cannot be unpacked as they are'
  const empty = [subuid.ranges.length === 0 && '/etc/subuid', subgid.ranges.length === 0 && '/etc/subgid'].filter(
    Boolean,
  )
  const mend = giveIds(facts)
  if (empty.length > 0) return degraded(name, `you have none in ${empty.join(' and ')}`, { lost, mend })
  const count = Math.min(countOf(subuid), countOf(subgid))
  const shared = [...new Set([...subuid.sharedWith, ...subgid.sharedWith])]
  if (shared.length > 0) {
    return degraded(name, `some of yours are those of ${shared.join(', ')}, too`, {
      lost: 'the files of containers are not safe from one another',
      mend: `give each user a range of its own in /etc/subuid and /etc/subgid; free from ${facts.firstFreeSubid} on`,
    })
  }
  if (holdsOwn(subuid, user.uid) || holdsOwn(subgid, user.gid)) {
    return degraded(name, 'a range has your own id in it, which is left out', {
      lost: 'containers have an id less than was meant',
      mend: `correct your lines in /etc/subuid and /etc/subgid; free from ${facts.firstFreeSubid} on`,
    })
  }
  const [notice] = subidNotices
  if (notice !== undefined) return degraded(name, notice, { lost: 'the ids of that line', mend: 'correct the line' })
  if (count < USUAL_IDS) {
    return degraded(name, `you have ${count}`, { lost: 'images with higher ids cannot be unpacked', mend })
  }
  if (namespace.problem === undefined && namespace.ids < namespace.expectedIds) {
    return degraded(
      name,
      `you have ${count}, but your user namespace was made when there were ${Math.max(0, namespace.ids - 1)}`,
      {
        lost: 'the ids that were added since',
        mend: 'stop all containers, then: kill "$(cut -d" " -f1 "$XDG_RUNTIME_DIR/tspod/holder")"',
      },
    )
  }
  return ok(name, `you have ${count}`)
}

function countOf({ ranges }: SubidFact): number {
  return ranges.reduce((sum, { count }) => sum + count, 0)
}

function holdsOwn({ ranges }: SubidFact, id: number): boolean {
  return ranges.some(({ start, count }) => id >= start && id < start + count)
}

/** Alpine has no usermod unless it is installed. */
function giveIds(facts: DoctorFacts): string {
  const { user, firstFreeSubid: first } = facts
  const who = user.name || `${user.uid}`
  if (familyOf(facts.distribution) === 'alpine') {
    return `echo ${who}:${first}:${USUAL_IDS} | ${asRoot(facts, 'tee -a /etc/subuid /etc/subgid')}`
  }
  const range = `${first}-${first + USUAL_IDS - 1}`
  return asRoot(facts, `usermod --add-subuids ${range} --add-subgids ${range} ${who}`)
}

function checkMappers(facts: DoctorFacts): Finding {
  const { newuidmap, newgidmap } = facts
  const name = 'newuidmap, newgidmap'
  const lost = 'containers have the user 0 alone: most images cannot be unpacked as they are'
  const absent = [newuidmap.path ? '' : 'newuidmap', newgidmap.path ? '' : 'newgidmap'].filter(Boolean)
  if (absent.length > 0) {
    return degraded(name, `${absent.join(' and ')} not found`, { lost, mend: install(facts, 'newuidmap') })
  }
  const weak = [newuidmap, newgidmap].flatMap(({ path, mayMap }) => (mayMap || path === undefined ? [] : [path]))
  if (weak.length === 0) return ok(name, `${newuidmap.path}, ${newgidmap.path}`)
  return essential(name, `${weak.join(' and ')} may not map ids: neither set-user-id nor a file capability`, {
    lost: 'the user namespace cannot be made, and with that no container',
    mend: asRoot(facts, `chmod u+s ${weak.join(' ')}`),
  })
}
