/* Operations: who carries out which steps, and how the processes wait for each other. */
#include "launcher.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* record DIR: the directory that gets the record of this container, and its control socket */
int op_record(char *const arg[])
{
	state.record_dir = open(arg[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return state.record_dir < 0 ? -1 : 0;
}

/* deadline MILLISECONDS: that long after its start the container is killed. */
int op_deadline(char *const arg[])
{
	state.deadline_ms = number(arg[0]);
	return 0;
}

/* owner PID START: when this process has ended, the container is killed. pidfd_open(2) */
int op_owner(char *const arg[])
{
	state.owner_pidfd = open_process(arg[0], arg[1]);
	return state.owner_pidfd < 0 ? -1 : 0;
}

/* detach-keys KEYS: what is typed on our caller's terminal to detach it, in hexadecimal. */
int op_detach_keys(char *const arg[])
{
	state.detach_keys = arg[0];
	return 0;
}

/* gather: the container has no pid namespace of its own, so what it leaves behind is for us to end. */
int op_gather(char *const arg[])
{
	(void)arg;
	state.gathers = true;
	return 0;
}

/* kept COUNT: so many descriptors of our caller's, which it gave us from KEPT_FD on, are for the program. */
int op_kept(char *const arg[])
{
	state.kept = number(arg[0]);
	return 0;
}

/* preserve: they become 3 and what follows. dup2(2) */
int op_preserve(char *const arg[])
{
	(void)arg;
	for (size_t i = 0; i < state.kept; i++)
		if (dup2(KEPT_FD + i, CONTROL_FD + i) < 0)
			return -1;
	return 0;
}

/* io FLAGS: which streams the container gets, made before it is; in the background we keep none of our caller's. pipe(2) */
int op_io(char *const arg[])
{
	int ends[2];

	state.io = number(arg[0]);
	for (int i = 0; i < 3 && state.io & IO_PASSED; i++)
		if ((state.inner[i] = fcntl(i, F_DUPFD_CLOEXEC, 0)) < 0)
			return -1;
	if (!(state.io >> IO_ATTACHED))
		drop_streams();
	for (int i = 0; i < 3 && !(state.io & (IO_TERMINAL | IO_PASSED)); i++) {
		if (i == 0 && !(state.io & IO_STDIN)) {
			if ((state.inner[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
				return -1;
			continue;
		}
		if (pipe2(ends, O_CLOEXEC) < 0)
			return -1;
		state.inner[i] = ends[i > 0];
		state.outer[i] = ends[i == 0];
		if (fcntl(state.outer[i], F_SETFL, O_NONBLOCK) < 0)
			return -1;
	}
	return 0;
}

/* Of the child just made. The monitor has no use for what is the container's alone. */
static int keep_outer(void)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", state.child);
	if (state.record_dir >= 0)
		state.mounts_fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		if (state.inner[i] >= 0)
			close(state.inner[i]);
	if (state.kept)
		syscall(NR_CLOSE_RANGE, KEPT_FD, KEPT_FD + state.kept - 1, 0);
	state.child_pidfd = syscall(NR_PIDFD_OPEN, state.child, 0);
	return state.child_pidfd < 0 ? -1 : 0;
}

static pid_t raw_clone(unsigned long flags)
{
	return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

/* What only the monitor needs, most of all a directory of the host, is no descriptor of who goes into the container. */
static void drop_monitor(void)
{
	int *const fds[] = { &state.record_dir, &state.log.fd, &state.owner_pidfd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (*fds[i] >= 0) {
			close(*fds[i]);
			*fds[i] = -1;
		}
}

/* A process carries out the next steps; our end of a socket to it goes to `ours`. */
static pid_t fork_steps(unsigned long flags, size_t steps, int *ours)
{
	size_t first = state.index + 1;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 || (pid = raw_clone(flags)) < 0)
		return -1;
	if (pid == 0) {
		state.in_child = true;
		close(ends[0]);
		if (state.sync_fd >= 0)         /* of who made us: whoever waits for it must hear of its end */
			close(state.sync_fd);
		state.sync_fd = ends[1];
		drop_monitor();
		run_steps(first, first + steps);
	}
	close(ends[1]);
	*ours = ends[0];
	state.skip = steps;
	return pid;
}

/* clone FLAGS STEPS: a child carries out the next STEPS steps in new namespaces. clone(2) */
int op_clone(char *const arg[])
{
	state.child = fork_steps(number(arg[0]), number(arg[1]), &state.sync_fd);
	return state.child < 0 ? -1 : keep_outer();
}

/* sibling FLAGS STEPS: as clone, by a process beside the monitor, whose child it becomes. clone(2), CLONE_PARENT */
int op_sibling(char *const arg[])
{
	state.child = fork_steps(number(arg[0]) | CLONE_PARENT, number(arg[1]), &state.sibling_fd);
	return state.child < 0 ? -1 : 0;
}

/*
 * beside STEPS: a process carries out the next steps, up to done, while we wait: what would leave the monitor in
 * other namespaces. Where one of them was sibling, the child is ours from here on.
 */
int op_beside(char *const arg[])
{
	int to_child = state.sync_fd;

	if ((state.beside = fork_steps(0, number(arg[0]), &state.sync_fd)) < 0)
		return -1;
	if (receive_message() != 'D')
		return errno = ECHILD, -1;
	close(state.sync_fd);
	state.sync_fd = to_child;
	waitpid(state.beside, NULL, 0);
	state.beside = 0;
	if (state.sibling_fd < 0)
		return 0;
	state.sync_fd = state.sibling_fd;
	state.sibling_fd = -1;
	return keep_outer();
}

/* done: the last of the steps of beside. */
int op_done(char *const arg[])
{
	(void)arg;
	_exit(send_message('D', state.sibling_fd) < 0 ? ENGINE_ERROR : 0);
}

/* What a helper has of ours: three descriptors. Through high numbers, as they may stand where they are to go. */
static void keep_for_helper(int ready, int leave, int fuse)
{
	int from[] = { fcntl(ready, F_DUPFD, 64), fcntl(leave, F_DUPFD, 64), fcntl(fuse, F_DUPFD, 64) };

	close(CONTROL_FD);
	for (int i = 0; i < 3; i++)
		if (from[i] < 0 || dup2(from[i], HELPER_READY_FD + i) < 0)
			close(HELPER_READY_FD + i);
	syscall(NR_CLOSE_RANGE, HELPER_FUSE_FD + 1, ~0U, 0);
}

/* helper STEPS: a guard in a new pid namespace, so that all of it ends with us, whose child carries out the next steps */
int op_helper(char *const arg[])
{
	size_t steps = number(arg[0]), first = state.index + 1;
	int ready[2], leave[2];
	pid_t guard, child;

	if (state.helper_count == MAX_HELPERS)
		return errno = EAGAIN, -1;
	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(leave, O_CLOEXEC) < 0 || (guard = raw_clone(CLONE_NEWPID)) < 0)
		return -1;
	if (guard == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		keep_for_helper(ready[1], leave[0], state.fuse_fd);
		if (poll(&(struct pollfd){ HELPER_EXIT_FD, POLLIN, 0 }, 1, 0) != 0)
			_exit(ENGINE_ERROR);    /* the monitor died before the death signal was set */
		child = fork();
		if (child)
			guard_reap(child);
		state.in_child = true;
		state.sync_fd = -1;
		run_steps(first, first + steps);
	}
	close(ready[1]);
	close(leave[0]);
	if (state.fuse_fd >= 0)         /* with nobody else on it, the mount ends with its helper instead of hanging */
		close(state.fuse_fd);
	state.fuse_fd = -1;
	state.helpers[state.helper_count++] = guard;
	state.helper_ready = ready[0];
	state.helper_exit = leave[1];
	state.skip = steps;
	return 0;
}

/* await-helper: until it is ready; EIO when it ended before, ETIMEDOUT when it takes too long. A child that failed is the better reason. */
int op_await_helper(char *const arg[])
{
	char byte;
	ssize_t got;

	(void)arg;
	if (wait_readable(state.helper_ready, HELPER_PATIENCE_MS) < 0)
		return errno == ECHILD ? (receive_message(), errno = ECHILD, -1) : -1;
	while ((got = read(state.helper_ready, &byte, 1)) < 0 && errno == EINTR)
		;
	close(state.helper_ready);
	if (got == 1)
		return 0;
	return errno = state.sync_fd < 0 || receive_message() ? EIO : ECHILD, -1;
}

/* init: the rest goes on in a child; this process stays, reaping and forwarding signals. Keys of a terminal are for the child alone. */
int op_init(char *const arg[])
{
	pid_t child = fork();

	(void)arg;
	if (child > 0)
		init_reap(child);
	if (child == 0 && setpgid(0, 0) == 0 && isatty(0))
		tcsetpgrp(0, getpid());
	return child;
}

/* idle: without a program: keeps its namespaces until it is told to end */
int op_idle(char *const arg[])
{
	(void)arg;
	init_reap(0);
	return -1;
}

/* sync: tells the other side that we are here, and waits for its release. */
int op_sync(char *const arg[])
{
	(void)arg;
	return send_message('R', -1) < 0 || receive_message() != 'G' ? -1 : 0;
}

/* await-sync: until the child has come to its next sync. */
int op_await_sync(char *const arg[])
{
	(void)arg;
	return receive_message() == 'R' ? 0 : (errno = ECHILD, -1);
}

/* release: lets the child go on from its sync. */
int op_release(char *const arg[])
{
	(void)arg;
	return send_message('G', -1);
}

/* announce: tells the monitor that only execve is left, so that a death before it is not taken for a start. */
int op_announce(char *const arg[])
{
	(void)arg;
	return send_message('E', -1);
}

/* await-exec: until the child has become the container's program: after its announcement its end of the socket closes. */
int op_await_exec(char *const arg[])
{
	(void)arg;
	if (receive_message() != 'E' || receive_message() != 0)
		return errno = ECHILD, -1;
	close(state.sync_fd);
	state.sync_fd = -1;             /* that it is closed says nothing of the child any more */
	return 0;
}

/* id-map UIDS GIDS: of the child, as lines of /proc/PID/uid_map. user_namespaces(7) */
int op_id_map(char *const arg[])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/gid_map", state.child);
	if (write_file(path, arg[1]) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/uid_map", state.child);
	return write_file(path, arg[0]);
}

/* cgroup DIR: moves the child there. cgroups(7) */
int op_cgroup(char *const arg[])
{
	char path[4096], pid[16];

	snprintf(pid, sizeof(pid), "%d", state.child);
	if ((size_t)snprintf(path, sizeof(path), "%s/cgroup.procs", arg[0]) >= sizeof(path))
		return errno = ENAMETOOLONG, -1;
	return write_file(path, pid);
}

/* optional STEPS: carries out the next steps up to the first that fails, and goes on behind them. */
int op_optional(char *const arg[])
{
	size_t first = state.index + 1;

	state.skip = number(arg[0]);
	for (size_t i = first; i < first + state.skip && i < state.plan.count; i++)
		if (state.plan.steps[i].op->run(state.plan.steps[i].arg) < 0)
			break;
	return 0;
}
