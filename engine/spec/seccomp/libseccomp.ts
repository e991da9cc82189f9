/**
 * The functions of libseccomp that compile a filter. Beside base/libc.ts the one place that uses
 * koffi, because this library is another than libc and is needed only when a profile is compiled
 * for the first time; a container whose filter is cached loads neither.
 */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { installHint } from '../../../base/distribution.ts'
import { messageOf, TspodError } from '../../../base/errors.ts'

/** A filter in the making; opaque. */
export type FilterContext = { readonly __brand: 'scmp_filter_ctx' }

/** Each member is one call, without policy: what it returns is what the library returns. */
export interface Libseccomp {
  init(defaultAction: number): FilterContext | null
  release(context: FilterContext): void
  /** 0 for one that it does not know */
  archResolveName(name: string): number
  archAdd(context: FilterContext, arch: number): number
  attrSet(context: FilterContext, attribute: number, value: number): number
  /** -1 for one that it does not know; below that for one of another architecture */
  syscallResolveName(name: string): number
  /** @param args array of struct scmp_arg_cmp */
  ruleAddArray(context: FilterContext, action: number, syscall: number, count: number, args: Uint8Array): number
  exportBpf(context: FilterContext, fd: number): number
  /** an anonymous file; -1 on failure */
  memfdCreate(name: string, flags: number): number
}

/**
 * @throws {TspodError} E_SECCOMP_UNAVAILABLE: the library is not installed
 * @see seccomp_init(3)
 */
export async function loadLibseccomp(): Promise<Libseccomp> {
  const { loadKoffi } = await import('../../../base/libc.ts')
  const koffi = loadKoffi()
  const load = (name: string): ReturnType<typeof koffi.load> => {
    try {
      return koffi.load(name)
    } catch (error) {
      throw new TspodError(
        'E_SECCOMP_UNAVAILABLE',
        `could not load ${name}, which compiles seccomp profiles: ${messageOf(error)}`,
        {
          hint: `${installHint('libseccomp')}, or run with --security-opt seccomp=unconfined`,
          cause: error,
        },
      )
    }
  }
  const lib = load('libseccomp.so.2')
  const libc = load('libc.so.6')
  return {
    archAdd: lib.func('int seccomp_arch_add(void *ctx, uint32_t arch_token)'),
    archResolveName: lib.func('uint32_t seccomp_arch_resolve_name(const char *arch_name)'),
    attrSet: lib.func('int seccomp_attr_set(void *ctx, int attr, uint32_t value)'),
    exportBpf: lib.func('int seccomp_export_bpf(void *ctx, int fd)'),
    init: lib.func('void *seccomp_init(uint32_t def_action)'),
    release: lib.func('void seccomp_release(void *ctx)'),
    ruleAddArray: lib.func(
      'int seccomp_rule_add_array(void *ctx, uint32_t action, int syscall, unsigned int arg_cnt, const uint8_t *arg_array)',
    ),
    syscallResolveName: lib.func('int seccomp_syscall_resolve_name(const char *name)'),
    memfdCreate: libc.func('int memfd_create(const char *name, unsigned int flags)'),
  }
}

/** All that was written to an anonymous file, which is closed. */
export function readAnonymousFile(fd: number): Buffer {
  try {
    const content = Buffer.alloc(fstatSync(fd).size)
    for (let offset = 0; offset < content.length; ) {
      const count = readSync(fd, content, offset, content.length - offset, offset)
      if (count === 0) throw new Error('an anonymous file shrank while it was read')
      offset += count
    }
    return content
  } finally {
    closeSync(fd)
  }
}
