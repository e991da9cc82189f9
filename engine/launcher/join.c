/* Operations: namespaces. A process of a container is found by its pid and its start time. */
#include "launcher.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* join-pid PID START: opens the container's process, if it is still that one. */
int op_join_pid(char *const arg[])
{
	state.joined_pid = atoi(arg[0]);
	if (state.joined_pidfd >= 0)
		close(state.joined_pidfd);
	state.joined_pidfd = open_process(arg[0], arg[1]);
	return state.joined_pidfd < 0 ? -1 : 0;
}

/* join-recorded DIR: the same, of the container whose record is there. */
int op_join_recorded(char *const arg[])
{
	char path[4096], text[192], pid[16], start[32];
	int fd;
	ssize_t got;

	if ((size_t)snprintf(path, sizeof(path), "%s/record", arg[0]) >= sizeof(path) || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = 0;
	if (sscanf(text, "running %15s %31s", pid, start) != 2)
		return errno = ESRCH, -1;
	return op_join_pid((char *const[]){ pid, start });
}

/* join FLAGS: enters namespaces of the process that join-pid opened; a pid namespace is for children alone. setns(2) */
int op_join(char *const arg[])
{
	return setns(state.joined_pidfd, number(arg[0]));
}

/* join-child FLAGS: the same, of the container's process. */
int op_join_child(char *const arg[])
{
	return setns(state.child_pidfd, number(arg[0]));
}

/* join-path FLAGS PATH: enters the namespace that this file is; one that is none must not keep us. setns(2) */
int op_join_path(char *const arg[])
{
	int fd = open(arg[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 || setns(fd, number(arg[0])) < 0 ? -1 : close(fd);
}

/*
 * namespace FD NAME: one of the container's, or else of the process that join-pid opened; for messages of netlink, and for
 * helpers, which have no right to open it once they have given their rights up. proc_pid_ns(5)
 */
int op_namespace(char *const arg[])
{
	char path[64];
	int fd, to = number(arg[0]);

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", state.child ? state.child : state.joined_pid, arg[1]);
	fd = open(path, O_RDONLY);
	return fd < 0 ? -1 : fd == to ? 0 : dup2(fd, to) < 0 ? -1 : close(fd);
}

/* unshare FLAGS */
int op_unshare(char *const arg[]) { return unshare(number(arg[0])); }
