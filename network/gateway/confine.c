/* What the gateway may do once it runs, whoever should come to speak for it: talk, and no more. seccomp(2), capabilities(7) */
#include "gateway.h"
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAPABILITY_NET_BIND_SERVICE = 10, CAPABILITY_NET_ADMIN = 12, CAPABILITY_NET_RAW = 13, CAPABILITY_VERSION = 0x20080522 };

/* Ports and addresses, and routes where somebody's are limited. */
static void drop_rights(bool makes_routes)
{
	struct { uint32_t version; int pid; } header = { CAPABILITY_VERSION, 0 };
	struct { uint32_t effective, permitted, inheritable; } data[2] = { 0 };
	const uint32_t kept = 1u << CAPABILITY_NET_BIND_SERVICE | 1u << CAPABILITY_NET_RAW | (uint32_t)makes_routes << CAPABILITY_NET_ADMIN;

	if (syscall(SYS_capget, &header, data) < 0)
		return;
	data[0].effective = data[0].permitted &= kept;
	data[0].inheritable = 0;
	memset(&data[1], 0, sizeof(data[1]));
	syscall(SYS_capset, &header, data);
}

#if defined(__x86_64__)
#define MACHINE 0xc000003e
#elif defined(__aarch64__)
#define MACHINE 0xc00000b7
#endif

/* The sanitizers do more than we know. */
#if defined(MACHINE) && !defined(__SANITIZE_ADDRESS__)

/* include/uapi/linux/filter.h, seccomp.h; musl has neither */
struct instruction { uint16_t code; uint8_t yes, no; uint32_t value; };
struct program { unsigned short length; struct instruction *instructions; };
enum { LOAD = 0x20, IS = 0x15, RETURN = 0x06, NUMBER_AT = 0, MACHINE_AT = 4, FIRST_ARGUMENT_AT = 16 };
enum { MODE_FILTER = 2, ALLOW = 0x7fff0000, FAIL = 0x00050000 };

/* No file, no program, no process, no namespace. What one C library or machine has and another has not is in it, too. */
static const uint32_t CALLS[] = {
	SYS_accept4, SYS_bind, SYS_connect, SYS_listen, SYS_getsockname, SYS_getsockopt, SYS_setsockopt, SYS_shutdown,
	SYS_recvfrom, SYS_recvmsg, SYS_sendto, SYS_sendmsg, SYS_read, SYS_write, SYS_writev, SYS_pread64, SYS_splice,
	SYS_pipe2, SYS_fcntl, SYS_ioctl, SYS_close, SYS_fstat, SYS_ftruncate, SYS_epoll_ctl, SYS_epoll_pwait, SYS_ppoll,
	SYS_clock_gettime, SYS_getrandom, SYS_brk, SYS_mmap, SYS_mremap, SYS_munmap, SYS_madvise, SYS_mprotect, SYS_futex,
	SYS_restart_syscall, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_exit_group, SYS_newfstatat, SYS_lseek,
#ifdef SYS_epoll_wait
	SYS_epoll_wait, SYS_poll,
#endif
};
static const uint32_t FAMILIES_OF_SOCKETS[] = { AF_INET, AF_INET6, AF_NETLINK };

enum { CALL_COUNT = sizeof(CALLS) / sizeof(*CALLS), FAMILY_COUNT = sizeof(FAMILIES_OF_SOCKETS) / sizeof(*FAMILIES_OF_SOCKETS) };

/* Goes on behind ALLOW where the loaded word is `value`; else to the next instruction. */
static struct instruction *allow(struct instruction *at, uint32_t value)
{
	*at++ = (struct instruction){ IS, 0, 1, value };
	*at++ = (struct instruction){ RETURN, 0, 0, ALLOW };
	return at;
}

static void filter_calls(void)
{
	struct instruction filter[8 + 2 * (CALL_COUNT + FAMILY_COUNT)], *at = filter;

	*at++ = (struct instruction){ LOAD, 0, 0, MACHINE_AT };
	*at++ = (struct instruction){ IS, 1, 0, MACHINE };
	*at++ = (struct instruction){ RETURN, 0, 0, FAIL | EPERM };
	*at++ = (struct instruction){ LOAD, 0, 0, NUMBER_AT };
	for (size_t i = 0; i < CALL_COUNT; i++)
		at = allow(at, CALLS[i]);
	*at++ = (struct instruction){ IS, 0, 1 + 2 * FAMILY_COUNT, SYS_socket };
	*at++ = (struct instruction){ LOAD, 0, 0, FIRST_ARGUMENT_AT };
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		at = allow(at, FAMILIES_OF_SOCKETS[i]);
	*at++ = (struct instruction){ RETURN, 0, 0, FAIL | EPERM };
	prctl(PR_SET_SECCOMP, MODE_FILTER, &(struct program){ at - filter, filter });
}
#else
static void filter_calls(void) { }
#endif

/* What the machine does not know of is left away: it is the second line. */
void confine(bool makes_routes)
{
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	drop_rights(makes_routes);
	filter_calls();
}
