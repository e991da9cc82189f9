/**
 * System calls by subject, and what the default profile does with each. Names are the kernel's,
 * of every architecture; those an architecture lacks do no harm. What is in no list fails with
 * ENOSYS, so that a program takes the way it has for older kernels.
 *
 * @see syscalls(2); containers.conf(5), seccomp_profile
 */

/** Allowed to everybody. */
export const ALLOWED = {
  files: words(`access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat
    faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl
    fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd
    getdents getdents64 ioctl lchown lchown32 link linkat lseek _llseek lstat lstat64 mkdir mkdirat mknod mknodat
    name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
    readahead readdir readlink readlinkat readv rename renameat renameat2 rmdir sendfile sendfile64 splice stat
    stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink
    unlinkat utime utimensat utimensat_time64 utimes write writev cachestat`),
  attributes: words(`fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat
    llistxattr lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat`),
  waiting: words(`epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
    epoll_wait_old eventfd eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
    io_cancel io_destroy io_getevents io_setup io_submit _newselect poll ppoll ppoll_time64 pselect6 pselect6_time64
    select`),
  memory: words(`brk get_mempolicy madvise map_shadow_stack mbind membarrier memfd_create memfd_secret mincore mlock
    mlock2 mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
    process_mrelease remap_file_pages set_mempolicy set_mempolicy_home_node`),
  network: words(`accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
    recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair`),
  processes: words(`capget capset clone clone3 execve execveat exit exit_group fork getcpu getegid getegid32 geteuid
    geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32
    getresuid getresuid32 getrlimit getrusage getsid gettid getuid getuid32 ioprio_get ioprio_set kill
    pidfd_getfd pidfd_open pidfd_send_signal prctl prlimit64 process_vm_readv process_vm_writev ptrace
    rt_tgsigqueueinfo seccomp setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid
    setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid
    setuid setuid32 tgkill times tkill ugetrlimit vfork wait4 waitid waitpid`),
  scheduling: words(`sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield`),
  threads: words(`futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list get_thread_area
    restart_syscall rseq set_robust_list set_thread_area set_tid_address`),
  signals: words(`pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_sigtimedwait_time64 sigaction sigaltstack signal signalfd signalfd4 sigpending sigprocmask
    sigreturn sigsuspend`),
  time: words(`adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
    clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time
    timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd
    timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`),
  messages: words(`ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
    mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat
    shmctl shmdt shmget`),
  /** The kernel asks for capabilities in the caller's user namespace: containers inside a container need these. */
  mounts: words(`fsconfig fsmount fsopen fspick listmount mount mount_setattr move_mount open_tree open_tree_attr
    pivot_root setdomainname sethostname setns statmount umount umount2 unshare`),
  protection: words('keyctl landlock_add_rule landlock_create_ruleset landlock_restrict_self'),
  system: words('getrandom reboot syscall sysinfo syslog uname'),
} as const

/** Allowed where the machine has them. */
export const ALLOWED_ON: Readonly<Record<string, readonly string[]>> = {
  amd64: words('arch_prctl modify_ldt'),
  '386': words('modify_ldt'),
  arm64: words('arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2'),
  arm: words('arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2'),
  ppc64le: words('sync_file_range2 swapcontext'),
  riscv64: words('riscv_flush_icache riscv_hwprobe'),
  s390x: words('s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr'),
}

/** Allowed to whom has the capability; EPERM for others. */
export const ALLOWED_WITH: Readonly<Record<string, readonly string[]>> = {
  CAP_DAC_READ_SEARCH: words('open_by_handle_at'),
  CAP_SYS_ADMIN: words('bpf fanotify_init lookup_dcookie perf_event_open quotactl quotactl_fd'),
  CAP_SYS_CHROOT: words('chroot'),
  CAP_SYS_MODULE: words('delete_module finit_module init_module query_module'),
  CAP_SYS_PACCT: words('acct'),
  CAP_SYS_PTRACE: words('kcmp process_madvise'),
  CAP_SYS_RAWIO: words('ioperm iopl'),
  CAP_SYS_TIME: words('clock_settime clock_settime64 settimeofday stime'),
  CAP_SYS_TTY_CONFIG: words('vhangup'),
}

/** EPERM for everybody: there is no older way to fall back to, or it is not one to be taken. */
export const FORBIDDEN =
  words(`bdflush io_pgetevents kexec_file_load kexec_load migrate_pages move_pages nfsservctl nice
  oldfstat oldlstat oldolduname oldstat olduname pciconfig_iobase pciconfig_read pciconfig_write sgetmask ssetmask
  swapcontext swapoff swapon sysfs uselib userfaultfd ustat vm86 vm86old vmsplice`)

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
