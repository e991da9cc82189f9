import type { ChildProcess } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runChild, startChild } from '../../base/child.ts'
import { installHint } from '../../base/distribution.ts'
import { isErrno, TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory, readTextIfExists, writeAtomic } from '../../base/files.ts'
import { isProcess } from '../../base/process-start.ts'
import { findHolder } from './find-holder.ts'
import { findMember } from './find-member.ts'
import { type IdMap, type IdMapLine, ownIdMap, planIdMap } from './id-map.ts'
import { readOwnIds } from './own-ids.ts'
import { readSubids } from './subids.ts'

export interface HoldOptions {
  /** where the holder writes its pid and start time */
  readonly file: string
  readonly launcher: string
  readonly uid: number
  readonly gid: number
  readonly userName: string
  readonly findProgram: (name: string) => string | undefined
  readonly warn: (line: string) => void
}

/**
 * Makes the user's namespace and leaves a process that holds it open. Where one is held already,
 * or another command makes it at this moment, it is that one: at most one a user. Where the holder
 * was killed and containers still run in its namespace, it is theirs; where only its file was
 * removed, the file is written anew.
 *
 * @throws {TspodError} E_NO_USER_NAMESPACE: the kernel refuses one
 * @see user_namespaces(7), newuidmap(1)
 */
export async function holdNamespace(options: HoldOptions): Promise<void> {
  ensurePrivateDirectory(dirname(options.file))
  const { flock, LOCK } = await import('../../base/libc.ts')
  const lock = openSync(`${options.file}.lock`, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    flock(lock, LOCK.exclusive)
    if (isHeld(options.file)) return
    await startHolder(options)
  } finally {
    closeSync(lock)
  }
}

/** Whether the process that `file` names lives. */
function isHeld(file: string): boolean {
  const { pid, startTime } = readHolder(file)
  return pid !== undefined && startTime !== undefined && isProcess(Number(pid), startTime)
}

function readHolder(file: string): {
  pid?: string | undefined
  startTime?: string | undefined
  namespace?: string | undefined
} {
  const [pid, startTime, namespace] = (readTextIfExists(file, 256) ?? '').trim().split(' ')
  return { pid, startTime, namespace }
}

/** How many members may end while they are being joined. */
const MEMBER_ATTEMPTS = 5

async function startHolder(options: HoldOptions, attempt = 1): Promise<void> {
  const map = options.uid === 0 ? ownIdMap(readOwnIds()) : planUserMap(options)
  for (const warning of map.warnings) options.warn(warning)
  const forgotten = findHolder(options.file, map)
  if (forgotten) {
    const { pid, startTime, namespace } = forgotten
    writeAtomic(options.file, `${pid} ${startTime} ${namespace}\n`, { mode: 0o600, sync: false })
    return
  }
  const member = findMember(readHolder(options.file).namespace, map)
  const holder = startChild(options.launcher, ['hold', options.file, ...(member === undefined ? [] : [`${member}`])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const words = new Words(holder)
  if (!(await words.wait('ready'))) {
    // A member may have ended since it was found.
    if (member !== undefined && attempt < MEMBER_ATTEMPTS) return await startHolder(options, attempt + 1)
    throw noNamespace(words.errors)
  }
  if (member === undefined) writeIdMap(holder.pid ?? 0, map, options)
  holder.stdin?.write('\n')
  if (!(await words.wait('held'))) throw noNamespace(words.errors)
  holder.unref()
  for (const stream of [holder.stdin, holder.stdout, holder.stderr]) stream?.destroy()
}

function planUserMap({ uid, gid, userName, findProgram }: HoldOptions): IdMap {
  const newidmap = findProgram('newuidmap') !== undefined && findProgram('newgidmap') !== undefined
  return planIdMap({
    uid,
    gid,
    name: userName,
    ...readSubids(userName, uid),
    newidmap,
    ...(newidmap ? {} : { installHint: installHint('newuidmap') }),
  })
}

/** Several ids need the set-uid programs of the package uidmap; the caller alone can be mapped without, and root maps what it has. */
function writeIdMap(pid: number, map: IdMap, { uid, gid, findProgram, warn }: HoldOptions): void {
  if (uid === 0 || map.uids.length === 1) {
    writeMaps(pid, map, uid !== 0)
    return
  }
  for (const [program, ranges] of [
    ['newuidmap', map.uids],
    ['newgidmap', map.gids],
  ] as const) {
    const result = runChild(findProgram(program) ?? program, [`${pid}`, ...ranges.flat().map(String)])
    if (result?.exitCode === 0) continue
    if (program === 'newuidmap' && inContainer()) {
      warn(`containers have only one user id: ${NEEDS_FILE_CAPABILITIES}`)
      writeMaps(pid, { uids: [[0, uid, 1]], gids: [[0, gid, 1]] }, true)
      return
    }
    throw new TspodError('E_NO_USER_NAMESPACE', `${program} could not map the ids: ${result?.stderr.trim()}`, {
      hint: 'check the ranges in /etc/subuid and /etc/subgid',
    })
  }
}

/** A set-uid program of a container that may not do all that root may. Source: user_namespaces(7), "Defining user and group ID mappings". */
const NEEDS_FILE_CAPABILITIES =
  'newuidmap may not map others here (run as root of this container, or in its image chmod u-s /usr/bin/new[ug]idmap, setcap cap_setuid=ep /usr/bin/newuidmap and cap_setgid=ep /usr/bin/newgidmap)'

function writeMaps(pid: number, { uids, gids }: Pick<IdMap, 'uids' | 'gids'>, denySetgroups: boolean): void {
  try {
    if (denySetgroups) writeFileSync(`/proc/${pid}/setgroups`, 'deny')
    writeFileSync(`/proc/${pid}/uid_map`, mapText(uids))
    writeFileSync(`/proc/${pid}/gid_map`, mapText(gids))
  } catch (error) {
    if (isErrno(error, 'EPERM')) throw noNamespace('it cannot be given ids')
    throw error
  }
}

/** As docker and podman mark theirs. Source: podman-run(1), "/run/.containerenv". */
function inContainer(): boolean {
  return ['/run/.containerenv', '/.dockerenv'].some((path) => existsSync(path))
}

function mapText(lines: readonly IdMapLine[]): string {
  return lines.map((line) => `${line.join(' ')}\n`).join('')
}

const AROUND = '; start what is around this container with --security-opt seccomp=unconfined and its usual capabilities'

function noNamespace(errors: string): TspodError {
  return new TspodError(
    'E_NO_USER_NAMESPACE',
    `this host gives no user namespace: ${errors.trim() || 'the holder was killed'}`,
    {
      hint: `run "tspod doctor": it says what forbids them and which command changes that${inContainer() ? AROUND : ''}`,
    },
  )
}

/** What the holder says, line by line. */
class Words {
  errors = ''
  #text = ''
  readonly #child: ChildProcess
  #wake: () => void = () => {}

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1')
      this.#wake()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString()
    })
    child.on('error', (error) => {
      this.errors += error.message
    })
    child.on('close', () => this.#wake())
  }

  /** False when the child ended without saying it. */
  async wait(word: string): Promise<boolean> {
    while (!this.#text.includes(`${word}\n`)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined)
        return false
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return true
  }
}
