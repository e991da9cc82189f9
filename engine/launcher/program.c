/* Operations: the program, its streams, and what is left of us. */
#include "launcher.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { CLOSE_CLOEXEC = 4 };      /* close_range(2); musl's headers lack it */

/* session: a new one, without a terminal. setsid(2) */
int op_session(char *const arg[])
{
	(void)arg;
	return setsid() < 0 ? -1 : 0;
}

/* stdio: the pipes that io made become 0, 1 and 2. */
int op_stdio(char *const arg[])
{
	(void)arg;
	for (int i = 0; i < 3; i++)
		if (dup2(state.inner[i], i) < 0)
			return -1;
	return 0;
}

/* output FILE: 0 is /dev/null, 1 and 2 are FILE. */
int op_output(char *const arg[])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int file = open(arg[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	return null < 0 || file < 0 || dup2(null, 0) < 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0 ? -1 : 0;
}

/* terminal UID: a new one of /dev/pts becomes 0, 1, 2 and the controlling terminal; the monitor gets the other side. pty(7), ioctl_tty(2) */
int op_terminal(char *const arg[])
{
	const unsigned long get_peer = 0x5441, unlock = 0x40045431;
	int zero = 0, master = open_inside("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), peer;
	struct winsize size;
	struct stat status;

	if (master < 0 || fstat(master, &status) < 0)
		return -1;
	if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(5, 2))
		return errno = ENODEV, -1;
	if (ioctl(master, unlock, &zero) < 0)
		return -1;
	peer = ioctl(master, get_peer, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (peer < 0 || fchown(peer, number(arg[0]), -1) < 0 || ioctl(peer, TIOCSCTTY, 0) < 0)
		return -1;
	for (int i = 0; i < 3; i++)     /* the program sees the caller's size from its first moment */
		if (ioctl(i, TIOCGWINSZ, &size) == 0)
			ioctl(peer, TIOCSWINSZ, &size);
	for (int i = 0; i < 3; i++)
		if (dup2(peer, i) < 0)
			return -1;
	return send_message('T', master);
}

static int push(char ***list, size_t *count, char *item)
{
	if (*count % 64 == 0) {
		char **grown = realloc(*list, (*count + 65) * sizeof(char *));

		if (!grown)
			return -1;
		*list = grown;
	}
	(*list)[(*count)++] = item;
	(*list)[*count] = NULL;
	return 0;
}

int op_arg(char *const arg[]) { return push(&state.argv, &state.argc, arg[0]); }
int op_env(char *const arg[]) { return push(&state.envp, &state.envc, arg[0]); }

/* close-on-exec FIRST: every descriptor from FIRST on. close_range(2) */
int op_close_on_exec(char *const arg[])
{
	return syscall(NR_CLOSE_RANGE, number(arg[0]), ~0U, CLOSE_CLOEXEC);
}

/* exec FILE: a candidate; the next step tries the next one where this is not there or not ours to run. execve(2) */
int op_exec(char *const arg[])
{
	static char *const nothing[] = { NULL };
	int fd = open_inside(arg[0], O_PATH);

	if (fd >= 0 ? close(fd) == 0 : errno == ENOSYS)         /* under an emulator that does not know openat2 */
		execve(arg[0], state.argv ? state.argv : nothing, state.envp ? state.envp : nothing);
	if (errno != EACCES && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return -1;
	if (state.exec_errno != EACCES)
		state.exec_errno = errno;
	return 0;
}

/* exec-failed: no candidate could be executed. */
int op_exec_failed(char *const arg[])
{
	(void)arg;
	return errno = state.exec_errno, -1;
}

/* end: says that all is done, where there is nothing to stay for. */
int op_end(char *const arg[])
{
	(void)arg;
	dprintf(CONTROL_FD, "done\n");
	_exit(0);
}

/* fault: dies as if killed here; for the tests of what is left behind. The first of a pid namespace cannot kill itself. */
int op_fault(char *const arg[])
{
	(void)arg;
	kill(getpid(), SIGKILL);
	_exit(128 + SIGKILL);
}
