/* Operations: what the process may do, and what it is called. */
#include "launcher.h"
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Kernel constants that musl's headers lack. capabilities(7) */
enum { CAP_LAST = 63, CAPS_VERSION_3 = 0x20080522 };

int op_hostname(char *const arg[]) { return sethostname(arg[0], strlen(arg[0])); }
int op_umask(char *const arg[]) { return umask(number(arg[0])), 0; }

/* rlimit RESOURCE SOFT HARD. setrlimit(2) */
int op_rlimit(char *const arg[])
{
	struct rlimit limit = { number(arg[1]), number(arg[2]) };

	return setrlimit(number(arg[0]), &limit);
}

/* bounding MASK: drops every other capability from the bounding set. capabilities(7) */
int op_bounding(char *const arg[])
{
	uint64_t mask = number(arg[0]);

	for (int cap = 0; cap <= CAP_LAST; cap++)
		if (!(mask >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EINVAL)
			return -1;
	return 0;
}

/* keep-capabilities: across the change of user that follows. PR_SET_KEEPCAPS(2const) */
int op_keep_capabilities(char *const arg[])
{
	(void)arg;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

/* groups LIST: decimal ids with commas. setgroups(2) */
int op_groups(char *const arg[])
{
	gid_t groups[256];
	size_t count = 0;
	char *at = arg[0];

	while (*at && count < 256) {
		groups[count++] = strtoul(at, &at, 10);
		at += *at == ',';
	}
	return *at ? (errno = EINVAL, -1) : setgroups(count, groups);
}

/* user UID GID. setresuid(2) */
int op_user(char *const arg[])
{
	uid_t uid = number(arg[0]);
	gid_t gid = number(arg[1]);

	return setresgid(gid, gid, gid) < 0 ? -1 : setresuid(uid, uid, uid);
}

/* capabilities EFFECTIVE PERMITTED INHERITABLE AMBIENT: masks. capset(2) */
int op_capabilities(char *const arg[])
{
	uint64_t e = number(arg[0]), p = number(arg[1]), i = number(arg[2]), ambient = number(arg[3]);
	struct { uint32_t version; int pid; } header = { CAPS_VERSION_3, 0 };
	uint32_t data[6] = { e, p, i, e >> 32, p >> 32, i >> 32 };

	if (syscall(SYS_capset, &header, data) < 0)
		return -1;
	for (int cap = 0; cap <= CAP_LAST; cap++)
		if (ambient >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -1;
	return 0;
}

/* no-new-privileges. PR_SET_NO_NEW_PRIVS(2const) */
int op_no_new_privileges(char *const arg[])
{
	(void)arg;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* read-filter FILE: a compiled seccomp filter, read while its file can be reached. */
int op_read_filter(char *const arg[])
{
	int fd = open(arg[0], O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -1;
	if (status.st_size % 8 || status.st_size > 4096 * 8 || !(state.filter = malloc(status.st_size)))
		return errno = EINVAL, -1;
	state.filter_length = status.st_size / 8;
	return read(fd, state.filter, status.st_size) == status.st_size ? close(fd) : -1;
}

/* filter: applies it. seccomp(2) */
int op_filter(char *const arg[])
{
	struct { unsigned short length; void *instructions; } program = { state.filter_length, state.filter };

	(void)arg;
	return syscall(SYS_seccomp, 1, 0, &program);
}

/* death-signal SIGNAL: what we get when the monitor dies. PR_SET_PDEATHSIG(2const) */
int op_death_signal(char *const arg[]) { return prctl(PR_SET_PDEATHSIG, number(arg[0])); }

/* default-signals: none blocked, none ignored. */
int op_default_signals(char *const arg[])
{
	sigset_t none;

	(void)arg;
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}
