import { closeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import { bundledAddon } from './bundled-addon.ts'

/** A path as the kernel sees it: bytes, where it may not be UTF-8. */
export type PathBytes = string | Uint8Array

/** A system call that failed. `code` is the name of the errno, as in Node's own errors, so `isErrno` serves both. */
class ErrnoError extends Error {
  override readonly name = 'ErrnoError'
  readonly code: string
  readonly errno: number
  readonly syscall: string

  constructor(syscall: string, errno: number, subject: string) {
    const code = getSystemErrorName(-errno)
    super(`${code}: ${syscall} ${subject}`)
    this.code = code
    this.errno = errno
    this.syscall = syscall
  }
}

/** Sources: flock(2), <sys/file.h>. */
export const LOCK = { shared: 1, exclusive: 2, nonBlocking: 4, unlock: 8 } as const

/** Source: inode(7), <sys/stat.h>. */
export const S_IF = { fifo: 0o010000, character: 0o020000 } as const

/** Of `struct termios`, glibc and musl alike. Source: <termios.h>. */
const TERMIOS_BYTES = 60

type Native = (...args: unknown[]) => number
interface Libc {
  readonly errno: () => number
  readonly call: Readonly<Record<keyof typeof PROTOTYPES, Native>>
}

// From the man pages, one a line, alphabetical. Paths and names are bytes with a NUL behind.
const PROTOTYPES = {
  connect: 'int connect(int sockfd, const uint8_t *addr, uint32_t addrlen)',
  copyFileRange:
    'long copy_file_range(int fd_in, _Inout_ int64_t *off_in, int fd_out, _Inout_ int64_t *off_out, size_t size, unsigned int flags)',
  flock: 'int flock(int fd, int operation)',
  fsetxattr: 'int fsetxattr(int fd, const uint8_t *name, const uint8_t *value, size_t size, int flags)',
  ioctlFlags: 'int ioctl(int fd, unsigned long request, _Inout_ uint32_t *flags)',
  linkat: 'int linkat(int olddirfd, const uint8_t *oldpath, int newdirfd, const uint8_t *newpath, int flags)',
  lgetxattr: 'long lgetxattr(const uint8_t *path, const uint8_t *name, uint8_t *value, size_t size)',
  llistxattr: 'long llistxattr(const uint8_t *path, uint8_t *list, size_t size)',
  lseek: 'int64_t lseek(int fd, int64_t offset, int whence)',
  lsetxattr: 'int lsetxattr(const uint8_t *path, const uint8_t *name, const uint8_t *value, size_t size, int flags)',
  mknodat: 'long syscall(long number, int dirfd, const uint8_t *pathname, unsigned int mode, unsigned int dev)',
  pidfdOpen: 'long syscall(long number, int pid, unsigned int flags)',
  pidfdSendSignal: 'long syscall(long number, int pidfd, int sig, void *info, unsigned int flags)',
  pipe2: 'int pipe2(_Out_ int *fds, int flags)',
  sendfile: 'long sendfile(int out_fd, int in_fd, _Inout_ int64_t *offset, size_t count)',
  sendmsg: 'long sendmsg(int sockfd, const msghdr *msg, int flags)',
  socket: 'int socket(int domain, int type, int protocol)',
  tcgetattr: 'int tcgetattr(int fd, uint8_t *termios)',
  tcsetattr: 'int tcsetattr(int fd, int optional_actions, const uint8_t *termios)',
} as const

// Older C libraries have no functions for these. Source: <asm/unistd.h>; equal everywhere but for mknodat.
const SYS = { mknodat: process.arch === 'x64' ? 259 : 33, pidfdOpen: 434, pidfdSendSignal: 424 } as const
// Of _IOR and _IOW ('f', n, long) on 64 bits. Source: ioctl_iflags(2).
const FS_IOC = { getFlags: 0x8008_6601, setFlags: 0x4008_6602 } as const
const AT_FDCWD = -100
const AT_SYMLINK_FOLLOW = 0x400
const TCSADRAIN = 1
const [SEEK_DATA, SEEK_HOLE] = [3, 4]
const O_CLOEXEC = 0o2000000
const ENXIO = 6
const MAX_XATTR_BYTES = 65_536

const holder: { libc?: Libc; koffi?: typeof import('koffi') } = {}

/**
 * Each function below is one system call: JavaScript types in, an `ErrnoError` out, no policy.
 * Calls are synchronous, because errno belongs to the calling thread. koffi takes some
 * milliseconds to load, so it is loaded by the first call.
 */
function libc(): Libc {
  holder.libc ??= loadLibc()
  return holder.libc
}

/** Loads the binding now, where there is nothing better to do, rather than at the first call. */
export function preloadLibc(): void {
  libc()
}

/** koffi itself, for the one other library that we call. */
export function loadKoffi(): typeof import('koffi') {
  holder.koffi ??= (bundledAddon('koffi') ?? createRequire(import.meta.filename)('koffi')) as typeof import('koffi')
  return holder.koffi
}

function loadLibc(): Libc {
  const koffi = loadKoffi()
  // The C library node itself runs on, whatever its file is called.
  const library = koffi.load(null)
  // Source: recvmsg(2). Field names are C's.
  koffi.struct('iovec', { iov_base: 'const uint8_t *', iov_len: 'size_t' })
  koffi.struct('msghdr', {
    msg_name: 'void *',
    msg_namelen: 'uint32_t',
    msg_iov: 'iovec *',
    msg_iovlen: 'size_t',
    msg_control: 'const uint8_t *',
    msg_controllen: 'size_t',
    msg_flags: 'int',
  })
  const call = Object.fromEntries(
    Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)]),
  ) as unknown as Libc['call']
  return { errno: () => koffi.errno(), call }
}

/** Takes or gives back a lock of the open file. Source: flock(2). */
export function flock(fd: number, operation: number): void {
  check('flock', libc().call.flock(fd, operation), `fd ${fd}`)
}

/** Sets an extended attribute on `path` itself, not on what it links to. Source: lsetxattr(2). */
export function lsetxattr(path: PathBytes, name: string, value: Uint8Array): void {
  check('lsetxattr', libc().call.lsetxattr(terminated(path), terminated(name), value, value.byteLength, 0), shown(path))
}

/** Source: lgetxattr(2). */
export function lgetxattr(path: PathBytes, name: string): Buffer {
  const value = Buffer.allocUnsafe(MAX_XATTR_BYTES)
  const size = libc().call.lgetxattr(terminated(path), terminated(name), value, value.byteLength)
  return value.subarray(0, check('lgetxattr', size, shown(path)))
}

/** The names, in Latin-1. Source: llistxattr(2). */
export function llistxattr(path: PathBytes): string[] {
  const list = Buffer.allocUnsafe(MAX_XATTR_BYTES)
  const size = check('llistxattr', libc().call.llistxattr(terminated(path), list, list.byteLength), shown(path))
  return list.toString('latin1', 0, size).split('\0').slice(0, -1)
}

/** Gives a file that was opened with O_TMPFILE a name. Source: open(2), "O_TMPFILE". */
export function linkDescriptor(fd: number, path: PathBytes): void {
  const from = terminated(`/proc/self/fd/${fd}`)
  check('linkat', libc().call.linkat(AT_FDCWD, from, AT_FDCWD, terminated(path), AT_SYMLINK_FOLLOW), shown(path))
}

/** Sets an extended attribute of an open file. Source: fsetxattr(2). */
export function fsetxattr(fd: number, name: string, value: Uint8Array): void {
  check('fsetxattr', libc().call.fsetxattr(fd, terminated(name), value, value.byteLength, 0), `fd ${fd}`)
}

/** Where in an open file something is to be copied, and how much of it. */
export interface CopyRange {
  readonly offset: number
  readonly sizeBytes: number
}

/** Copies inside the kernel, to the same place of the other file; returns how many bytes. Source: copy_file_range(2). */
export function copyFileRange(from: number, to: number, { offset, sizeBytes }: CopyRange): number {
  const copied = libc().call.copyFileRange(from, [offset], to, [offset], sizeBytes, 0)
  return check('copy_file_range', copied, `fd ${from}`)
}

/** As `copyFileRange`, between any file systems; it goes where `to` is. Source: sendfile(2). */
export function sendfile(from: number, to: number, { offset, sizeBytes }: CopyRange): number {
  return check('sendfile', libc().call.sendfile(to, from, [offset], sizeBytes), `fd ${from}`)
}

/** Moves where the descriptor is. Source: lseek(2). */
export function seekTo(fd: number, offset: number): void {
  check('lseek', libc().call.lseek(fd, offset, 0), `fd ${fd}`)
}

/** Where data begins at or behind `offset`; undefined where there is none. Source: lseek(2), "SEEK_DATA". */
export function seekData(fd: number, offset: number): number | undefined {
  const found = libc().call.lseek(fd, offset, SEEK_DATA)
  return found === -1 && libc().errno() === ENXIO ? undefined : check('lseek', found, `fd ${fd}`)
}

/** Where the data at `offset` ends. Source: lseek(2), "SEEK_HOLE". */
export function seekHole(fd: number, offset: number): number {
  return check('lseek', libc().call.lseek(fd, offset, SEEK_HOLE), `fd ${fd}`)
}

/** A pipe, which no program we start gets unless it is given it. Source: pipe(2). */
export function pipe(): { readonly from: number; readonly to: number } {
  const fds = [0, 0]
  check('pipe2', libc().call.pipe2(fds, O_CLOEXEC), 'a pipe')
  return { from: fds[0] ?? -1, to: fds[1] ?? -1 }
}

/** `mode` has the type in it, `S_IF.fifo | 0o600`. Source: mknod(2). */
export function mknod(path: PathBytes, mode: number, device = 0): void {
  check('mknod', libc().call.mknodat(SYS.mknodat, AT_FDCWD, terminated(path), mode, device), shown(path))
}

/** Adds a flag to those of the file or directory. Sources: ioctl_iflags(2), FS_IOC_SETFLAGS; <linux/fs.h>. */
export function addInodeFlag(fd: number, flag: number): void {
  const flags = [0]
  check('FS_IOC_GETFLAGS', libc().call.ioctlFlags(fd, FS_IOC.getFlags, flags), `fd ${fd}`)
  check('FS_IOC_SETFLAGS', libc().call.ioctlFlags(fd, FS_IOC.setFlags, [(flags[0] ?? 0) | flag]), `fd ${fd}`)
}

/** Source: pidfd_open(2). */
export function pidfdOpen(pid: number): number {
  return check('pidfd_open', libc().call.pidfdOpen(SYS.pidfdOpen, pid, 0), `pid ${pid}`)
}

/** Source: pidfd_send_signal(2). */
export function pidfdSendSignal(pidfd: number, signal: number): void {
  check('pidfd_send_signal', libc().call.pidfdSendSignal(SYS.pidfdSendSignal, pidfd, signal, null, 0), `fd ${pidfd}`)
}

// Sources: <sys/socket.h>, <fcntl.h>, unix(7); equal on x86-64 and arm64.
const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_CLOEXEC = 0o2000000
const AF_INET = 2
const SOCK_DGRAM = 2
const IPPROTO_ICMP = 1
const SOL_SOCKET = 1
const SCM_RIGHTS = 1
const MSG_NOSIGNAL = 0x4000
const SUN_PATH_BYTES = 108
const CMSG_HEADER_BYTES = 16

/** A stream socket connected to the one that listens at `path`. Sources: socket(2), connect(2), unix(7). */
export function connectUnix(path: string): number {
  const name = terminated(path)
  if (name.byteLength > SUN_PATH_BYTES) throw new Error(`too long for the address of a socket: ${path}`)
  const address = Buffer.alloc(2 + SUN_PATH_BYTES)
  address.writeUInt16LE(AF_UNIX)
  name.copy(address, 2)
  const fd = check('socket', libc().call.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), path)
  try {
    check('connect', libc().call.connect(fd, address, address.byteLength), path)
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/** A socket for pings, as those have it that are not root. Sources: socket(2), icmp(7). */
export function pingSocket(): number {
  return check('socket', libc().call.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP), 'a socket for pings')
}

/** Sends bytes and copies of descriptors over a unix socket. Sources: sendmsg(2), unix(7), cmsg(3). */
export function sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): void {
  const length = CMSG_HEADER_BYTES + 4 * descriptors.length
  const control = Buffer.alloc(Math.ceil(length / 8) * 8)
  control.writeBigUInt64LE(BigInt(length))
  control.writeInt32LE(SOL_SOCKET, 8)
  control.writeInt32LE(SCM_RIGHTS, 12)
  for (const [index, fd] of descriptors.entries()) control.writeInt32LE(fd, CMSG_HEADER_BYTES + 4 * index)
  const message = {
    msg_name: null,
    msg_namelen: 0,
    msg_iov: [{ iov_base: bytes, iov_len: bytes.byteLength }],
    msg_iovlen: 1,
    msg_control: control,
    msg_controllen: control.byteLength,
    msg_flags: 0,
  }
  check('sendmsg', libc().call.sendmsg(socket, message, MSG_NOSIGNAL), `fd ${socket}`)
}

/** The settings of a terminal, opaque: for `tcsetattr`. Source: termios(3). */
export function tcgetattr(fd: number): Buffer {
  const termios = Buffer.alloc(TERMIOS_BYTES)
  check('tcgetattr', libc().call.tcgetattr(fd, termios), `fd ${fd}`)
  return termios
}

/** Takes effect once what was written has been sent (TCSADRAIN). Source: termios(3). */
export function tcsetattr(fd: number, termios: Uint8Array): void {
  check('tcsetattr', libc().call.tcsetattr(fd, TCSADRAIN, termios), `fd ${fd}`)
}

// Reads errno before anything else can run: the next native call would overwrite it.
function check(syscall: string, result: number, subject: string): number {
  if (result === -1) throw new ErrnoError(syscall, libc().errno(), subject)
  return result
}

function terminated(text: PathBytes): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(`${text}\0`) : Buffer.concat([text, Buffer.of(0)])
  if (bytes.indexOf(0) !== bytes.length - 1) throw new Error('a NUL in the middle of a path or name')
  return bytes
}

function shown(path: PathBytes): string {
  return typeof path === 'string' ? path : Buffer.from(path).toString()
}
