/* Each op: 0, or -1 with errno set. Arguments were counted when the plan was read; numbers are hexadecimal. */
#include "launcher.h"
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Kernel constants that musl's headers lack. Numbers: include/uapi of Linux, the same on x86-64 and arm64. */
enum {
	NR_OPEN_TREE = 428, NR_MOVE_MOUNT = 429,
	NR_FSOPEN = 430, NR_FSCONFIG = 431, NR_FSMOUNT = 432, NR_MOUNT_SETATTR = 442,
	FS_CLOEXEC = 1, FSCONFIG_CREATE = 6,
	TREE_CLONE = 1, TREE_CLOEXEC = O_CLOEXEC, MOVE_EMPTY_PATHS = 0x44, CLOSE_CLOEXEC = 4,
	WITH_RECURSIVE = 0x8000, ATTR_RDONLY = 1,
	TMPFS = 0x01021994,
	CAP_LAST = 63, CAPS_VERSION_3 = 0x20080522,
};

struct tree_attr { uint64_t set, clear, propagation, userns_fd; };

static unsigned long number(const char *text) { return strtoul(text, NULL, 16); }

static int write_text(int fd, const char *text)
{
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written < 0 ? -1 : 0;
}

int write_file(const char *path, const char *text) { return write_text(open(path, O_WRONLY | O_CLOEXEC), text); }

static int set_attr(int fd, const char *path, unsigned flags, struct tree_attr attr)
{
	return syscall(NR_MOUNT_SETATTR, fd, path, flags, &attr, sizeof(attr));
}

/* --- processes --- */

/* record DIR: the directory that gets the record of this container, and its control socket */
static int op_record(char *const arg[])
{
	state.record_dir = open(arg[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return state.record_dir < 0 ? -1 : 0;
}

/* deadline MILLISECONDS: that long after its start the container is killed. */
static int op_deadline(char *const arg[])
{
	state.deadline_ms = number(arg[0]);
	return 0;
}

/* owner PID START: when this process has ended, the container is killed. pidfd_open(2) */
static int op_owner(char *const arg[])
{
	state.owner_pidfd = open_process(arg[0], arg[1]);
	return state.owner_pidfd < 0 ? -1 : 0;
}

/* detach-keys KEYS: what is typed on our caller's terminal to detach it, in hexadecimal. */
static int op_detach_keys(char *const arg[])
{
	state.detach_keys = arg[0];
	return 0;
}

/* gather: the container has no pid namespace of its own, so what it leaves behind is for us to end. */
static int op_gather(char *const arg[])
{
	(void)arg;
	state.gathers = true;
	return 0;
}

/* kept COUNT: so many descriptors of our caller's, which it gave us from KEPT_FD on, are for the program. */
static int op_kept(char *const arg[])
{
	state.kept = number(arg[0]);
	return 0;
}

/* preserve: they become 3 and what follows. dup2(2) */
static int op_preserve(char *const arg[])
{
	(void)arg;
	for (size_t i = 0; i < state.kept; i++)
		if (dup2(KEPT_FD + i, CONTROL_FD + i) < 0)
			return -1;
	return 0;
}

/* io FLAGS: which streams the container gets, made before it is; in the background we keep none of our caller's. pipe(2) */
static int op_io(char *const arg[])
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
static int op_clone(char *const arg[])
{
	state.child = fork_steps(number(arg[0]), number(arg[1]), &state.sync_fd);
	return state.child < 0 ? -1 : keep_outer();
}

/* sibling FLAGS STEPS: as clone, by a process beside the monitor, whose child it becomes. clone(2), CLONE_PARENT */
static int op_sibling(char *const arg[])
{
	state.child = fork_steps(number(arg[0]) | CLONE_PARENT, number(arg[1]), &state.sibling_fd);
	return state.child < 0 ? -1 : 0;
}

/*
 * beside STEPS: a process carries out the next steps, up to done, while we wait: what would leave the monitor in
 * other namespaces. Where one of them was sibling, the child is ours from here on.
 */
static int op_beside(char *const arg[])
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
static int op_done(char *const arg[])
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
static int op_helper(char *const arg[])
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
static int op_await_helper(char *const arg[])
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
static int op_init(char *const arg[])
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
static int op_idle(char *const arg[])
{
	(void)arg;
	init_reap(0);
	return -1;
}

/* sync: tells the other side that we are here, and waits for its release. */
static int op_sync(char *const arg[])
{
	(void)arg;
	return send_message('R', -1) < 0 || receive_message() != 'G' ? -1 : 0;
}

/* await-sync: until the child has come to its next sync. */
static int op_await_sync(char *const arg[])
{
	(void)arg;
	return receive_message() == 'R' ? 0 : (errno = ECHILD, -1);
}

/* release: lets the child go on from its sync. */
static int op_release(char *const arg[])
{
	(void)arg;
	return send_message('G', -1);
}

/* announce: tells the monitor that only execve is left, so that a death before it is not taken for a start. */
static int op_announce(char *const arg[])
{
	(void)arg;
	return send_message('E', -1);
}

/* await-exec: until the child has become the container's program: after its announcement its end of the socket closes. */
static int op_await_exec(char *const arg[])
{
	(void)arg;
	if (receive_message() != 'E' || receive_message() != 0)
		return errno = ECHILD, -1;
	close(state.sync_fd);
	state.sync_fd = -1;             /* that it is closed says nothing of the child any more */
	return 0;
}

/* id-map UIDS GIDS: of the child, as lines of /proc/PID/uid_map. user_namespaces(7) */
static int op_id_map(char *const arg[])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/gid_map", state.child);
	if (write_file(path, arg[1]) < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/uid_map", state.child);
	return write_file(path, arg[0]);
}

/* cgroup DIR: moves the child there. cgroups(7) */
static int op_cgroup(char *const arg[])
{
	char path[4096], pid[16];

	snprintf(pid, sizeof(pid), "%d", state.child);
	if ((size_t)snprintf(path, sizeof(path), "%s/cgroup.procs", arg[0]) >= sizeof(path))
		return errno = ENAMETOOLONG, -1;
	return write_file(path, pid);
}

/* join-pid PID START: opens the container's process, if it is still that one. */
static int op_join_pid(char *const arg[])
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
static int op_join(char *const arg[])
{
	return setns(state.joined_pidfd, number(arg[0]));
}

/* join-child FLAGS: the same, of the container's process. */
static int op_join_child(char *const arg[])
{
	return setns(state.child_pidfd, number(arg[0]));
}

/* join-path FLAGS PATH: enters the namespace that this file is; one that is none must not keep us. setns(2) */
static int op_join_path(char *const arg[])
{
	int fd = open(arg[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 || setns(fd, number(arg[0])) < 0 ? -1 : close(fd);
}

/*
 * namespace FD NAME: one of the container's, or else of the process that join-pid opened; for messages of netlink, and for
 * helpers, which have no right to open it once they have given their rights up. proc_pid_ns(5)
 */
static int op_namespace(char *const arg[])
{
	char path[64];
	int fd, to = number(arg[0]);

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", state.child ? state.child : state.joined_pid, arg[1]);
	fd = open(path, O_RDONLY);
	return fd < 0 ? -1 : fd == to ? 0 : dup2(fd, to) < 0 ? -1 : close(fd);
}

/* unshare FLAGS */
static int op_unshare(char *const arg[]) { return unshare(number(arg[0])); }

/* session: a new one, without a terminal. setsid(2) */
static int op_session(char *const arg[])
{
	(void)arg;
	return setsid() < 0 ? -1 : 0;
}

/* stdio: the pipes that io made become 0, 1 and 2. */
static int op_stdio(char *const arg[])
{
	(void)arg;
	for (int i = 0; i < 3; i++)
		if (dup2(state.inner[i], i) < 0)
			return -1;
	return 0;
}

/* output FILE: 0 is /dev/null, 1 and 2 are FILE. */
static int op_output(char *const arg[])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int file = open(arg[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	return null < 0 || file < 0 || dup2(null, 0) < 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0 ? -1 : 0;
}

/* terminal UID: a new one of /dev/pts becomes 0, 1, 2 and the controlling terminal; the monitor gets the other side. pty(7), ioctl_tty(2) */
static int op_terminal(char *const arg[])
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

/* Puts a detached mount where it is seen. move_mount(2) */
static int place(int tree, int target)
{
	if (target < 0 || syscall(NR_MOVE_MOUNT, tree, "", target, "", MOVE_EMPTY_PATHS) < 0 || close(target) < 0)
		return -1;
	return close(tree);
}

/* console FILE: binds the terminal on 0 there. */
static int op_console(char *const arg[])
{
	int tree = syscall(NR_OPEN_TREE, 0, "", TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH);

	return tree < 0 ? -1 : place(tree, open_inside(arg[0], O_PATH));
}

/* --- mounts and files. Sources are opened before pivot, targets are looked up after it, inside the container --- */

/* mount(2) has no form with a descriptor, but for the directory that we are in. */
static int mount_here(const char *type, const char *source, const char *target, unsigned long flags, const char *data)
{
	if (enter_inside(target) < 0 || mount(source, ".", type, flags, data) < 0)
		return -1;
	return chdir("/");
}

/* mount TYPE SOURCE TARGET FLAGS DATA. mount(2) */
static int op_mount(char *const arg[])
{
	if (state.is_inside)
		return mount_here(arg[0], arg[1], arg[2], number(arg[3]), arg[4]);
	return mount(arg[1], arg[2], arg[0], number(arg[3]), arg[4]);
}

/* fuse TARGET: mounts a file system that a helper will serve. fuse(4) */
static int op_fuse(char *const arg[])
{
	char options[96];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other", fd);
	return mount("fuse-overlayfs", arg[0], "fuse.fuse-overlayfs", 0, options) < 0 ? -1 : send_message('U', fd);
}

/* await-fuse: until the child has mounted it. */
static int op_await_fuse(char *const arg[])
{
	(void)arg;
	return receive_message() == 'U' ? 0 : (errno = ECHILD, -1);
}

static int clone_tree(const char *slot_text, int dir, const char *path, const char *recursive)
{
	size_t slot = number(slot_text);
	int flags = TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH | (number(recursive) ? WITH_RECURSIVE : 0);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	state.trees[slot] = syscall(NR_OPEN_TREE, dir, path, flags);
	return state.trees[slot] < 0 ? -1 : 0;
}

/* What is below a directory, through no link: whoever can write there could put one there at any time. openat2(2) */
static int open_below(const char *directory, const char *path)
{
	int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0)
		return -1;
	fd = open_strictly(dir, path, O_PATH, NO_LINKS | BENEATH);
	close(dir);
	return fd;
}

/* tree SLOT PATH RECURSIVE: a detached copy of the mounts at PATH. open_tree(2) */
static int op_tree(char *const arg[])
{
	int fd;

	if (!state.is_inside)
		return clone_tree(arg[0], AT_FDCWD, arg[1], arg[2]);
	fd = open_inside(arg[1], O_PATH);
	return fd < 0 || clone_tree(arg[0], fd, "", arg[2]) < 0 ? -1 : close(fd);
}

/* tree-below SLOT DIRECTORY PATH RECURSIVE: the same, of what is below a directory that others can write to. */
static int op_tree_below(char *const arg[])
{
	int fd = open_below(arg[1], arg[2]);

	return fd < 0 || clone_tree(arg[0], fd, "", arg[3]) < 0 ? -1 : close(fd);
}

/* tree-joined SLOT PATH: of a tmpfs that the process of join-pid sees at PATH; from a mount namespace of ours, to come back to. */
static int op_tree_joined(char *const arg[])
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), fd;
	struct statfs status;

	if (own < 0 || setns(state.joined_pidfd, CLONE_NEWNS) < 0)
		return -1;
	fd = open_below("/", arg[1]);
	if (fd < 0 || fstatfs(fd, &status) < 0)
		return -1;
	if (status.f_type != TMPFS)
		return errno = ENODEV, -1;
	return clone_tree(arg[0], fd, "", "0") < 0 || setns(own, CLONE_NEWNS) < 0 || close(fd) < 0 ? -1 : close(own);
}

/* filesystem SLOT TYPE ATTRIBUTES: a detached mount of a new one that needs no options. fsopen(2), fsmount(2) */
static int op_filesystem(char *const arg[])
{
	size_t slot = number(arg[0]);
	int context = syscall(NR_FSOPEN, arg[1], FS_CLOEXEC);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	if (context < 0 || syscall(NR_FSCONFIG, context, FSCONFIG_CREATE, NULL, NULL, 0) < 0)
		return -1;
	state.trees[slot] = syscall(NR_FSMOUNT, context, FS_CLOEXEC, number(arg[2]));
	return state.trees[slot] < 0 ? -1 : close(context);
}

/* attach SLOT TARGET SET CLEAR PROPAGATION: the copy gets its attributes, then its place. mount_setattr(2), move_mount(2) */
static int op_attach(char *const arg[])
{
	struct tree_attr attr = { number(arg[2]), number(arg[3]), number(arg[4]), 0 };
	size_t slot = number(arg[0]);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	if ((attr.set || attr.clear || attr.propagation)
	    && set_attr(state.trees[slot], "", AT_EMPTY_PATH | WITH_RECURSIVE, attr) < 0)
		return -1;
	return place(state.trees[slot], open_inside(arg[1], O_PATH));
}

/* attributes PATH SET CLEAR RECURSIVE: of the mount at PATH. mount_setattr(2) */
static int op_attributes(char *const arg[])
{
	struct tree_attr attr = { number(arg[1]), number(arg[2]), 0, 0 };
	int fd = open_inside(arg[0], O_PATH);

	return fd < 0 || set_attr(fd, "", AT_EMPTY_PATH | (number(arg[3]) ? WITH_RECURSIVE : 0), attr) < 0 ? -1 : close(fd);
}

/* pivot NEWROOT: makes it / and leaves the old root behind. pivot_root(2), NOTES */
static int op_pivot(char *const arg[])
{
	if (chdir(arg[0]) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		return -1;
	state.is_inside = true;
	return chdir("/");
}

/* mask PATH: an empty directory or /dev/null over it, where it exists. */
static int op_mask(char *const arg[])
{
	int fd = open_inside(arg[0], O_PATH), null;
	struct stat status;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (fstat(fd, &status) < 0)
		return -1;
	if (S_ISDIR(status.st_mode)) {
		close(fd);
		return mount_here("tmpfs", "tmpfs", arg[0], MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1");
	}
	/* /dev is filled by then, and by nobody else: what could be there instead would be seen, and could be written to */
	if ((null = open_inside("/dev/null", O_PATH)) < 0 || fstat(null, &status) < 0)
		return -1;
	if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
		return errno = ENODEV, -1;
	return place(syscall(NR_OPEN_TREE, null, "", TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH), fd) < 0 ? -1 : close(null);
}

/* readonly PATH: the same tree over itself, not writable, where it exists. */
static int op_readonly(char *const arg[])
{
	struct tree_attr attr = { ATTR_RDONLY, 0, 0, 0 };
	int fd = open_inside(arg[0], O_PATH), tree;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	tree = syscall(NR_OPEN_TREE, fd, "", TREE_CLONE | TREE_CLOEXEC | WITH_RECURSIVE | AT_EMPTY_PATH);
	return tree < 0 || set_attr(tree, "", AT_EMPTY_PATH | WITH_RECURSIVE, attr) < 0 ? -1 : place(tree, fd);
}

/* real PATH: a directory, with no link on the way: what is mounted there must be found there again, whatever is mounted in between. openat2(2) */
static int op_real(char *const arg[])
{
	int fd = open_strictly(AT_FDCWD, arg[0], O_PATH | O_DIRECTORY, NO_LINKS);

	return fd < 0 ? -1 : close(fd);
}

/* directory PATH MODE: makes it and its parents where they are missing. */
static int op_directory(char *const arg[]) { return make_inside(arg[0], number(arg[1])); }

/* file PATH: an empty one to mount over, where it is missing. */
static int op_file(char *const arg[]) { return make_inside(arg[0], -1); }

/* link TARGET PATH */
static int op_link(char *const arg[])
{
	const char *name;
	int dir = open_parent(arg[1], &name);

	return dir < 0 || (symlinkat(arg[0], dir, name) < 0 && errno != EEXIST) ? -1 : close(dir);
}

/* optional STEPS: carries out the next steps up to the first that fails, and goes on behind them. */
static int op_optional(char *const arg[])
{
	size_t first = state.index + 1;

	state.skip = number(arg[0]);
	for (size_t i = first; i < first + state.skip && i < state.plan.count; i++)
		if (state.plan.steps[i].op->run(state.plan.steps[i].arg) < 0)
			break;
	return 0;
}

/* write FILE TEXT: a knob of /proc or /sys. */
static int op_write(char *const arg[])
{
	return state.is_inside ? write_text(open_inside(arg[0], O_WRONLY), arg[1]) : write_file(arg[0], arg[1]);
}

static int op_chdir(char *const arg[]) { return enter_inside(arg[0]); }
static int op_hostname(char *const arg[]) { return sethostname(arg[0], strlen(arg[0])); }
static int op_umask(char *const arg[]) { return umask(number(arg[0])), 0; }

/* --- what the process may do --- */

/* rlimit RESOURCE SOFT HARD. setrlimit(2) */
static int op_rlimit(char *const arg[])
{
	struct rlimit limit = { number(arg[1]), number(arg[2]) };

	return setrlimit(number(arg[0]), &limit);
}

/* bounding MASK: drops every other capability from the bounding set. capabilities(7) */
static int op_bounding(char *const arg[])
{
	uint64_t mask = number(arg[0]);

	for (int cap = 0; cap <= CAP_LAST; cap++)
		if (!(mask >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EINVAL)
			return -1;
	return 0;
}

/* keep-capabilities: across the change of user that follows. PR_SET_KEEPCAPS(2const) */
static int op_keep_capabilities(char *const arg[])
{
	(void)arg;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

/* groups LIST: decimal ids with commas. setgroups(2) */
static int op_groups(char *const arg[])
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
static int op_user(char *const arg[])
{
	uid_t uid = number(arg[0]);
	gid_t gid = number(arg[1]);

	return setresgid(gid, gid, gid) < 0 ? -1 : setresuid(uid, uid, uid);
}

/* capabilities EFFECTIVE PERMITTED INHERITABLE AMBIENT: masks. capset(2) */
static int op_capabilities(char *const arg[])
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
static int op_no_new_privileges(char *const arg[])
{
	(void)arg;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* read-filter FILE: a compiled seccomp filter, read while its file can be reached. */
static int op_read_filter(char *const arg[])
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
static int op_filter(char *const arg[])
{
	struct { unsigned short length; void *instructions; } program = { state.filter_length, state.filter };

	(void)arg;
	return syscall(SYS_seccomp, 1, 0, &program);
}

/* death-signal SIGNAL: what we get when the monitor dies. PR_SET_PDEATHSIG(2const) */
static int op_death_signal(char *const arg[]) { return prctl(PR_SET_PDEATHSIG, number(arg[0])); }

/* default-signals: none blocked, none ignored. */
static int op_default_signals(char *const arg[])
{
	sigset_t none;

	(void)arg;
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

/* --- the program --- */

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

static int op_arg(char *const arg[]) { return push(&state.argv, &state.argc, arg[0]); }
static int op_env(char *const arg[]) { return push(&state.envp, &state.envc, arg[0]); }

/* close-on-exec FIRST: every descriptor from FIRST on. close_range(2) */
static int op_close_on_exec(char *const arg[])
{
	return syscall(NR_CLOSE_RANGE, number(arg[0]), ~0U, CLOSE_CLOEXEC);
}

/* exec FILE: a candidate; the next step tries the next one where this is not there or not ours to run. execve(2) */
static int op_exec(char *const arg[])
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
static int op_exec_failed(char *const arg[])
{
	(void)arg;
	return errno = state.exec_errno, -1;
}

/* end: says that all is done, where there is nothing to stay for. */
static int op_end(char *const arg[])
{
	(void)arg;
	dprintf(CONTROL_FD, "done\n");
	_exit(0);
}

/* fault: dies as if killed here; for the tests of what is left behind. The first of a pid namespace cannot kill itself. */
static int op_fault(char *const arg[])
{
	(void)arg;
	kill(getpid(), SIGKILL);
	_exit(128 + SIGKILL);
}

const struct op ops[] = {
	{ "announce", 0, op_announce },
	{ "arg", 1, op_arg },
	{ "attach", 5, op_attach },
	{ "attributes", 4, op_attributes },
	{ "await-exec", 0, op_await_exec },
	{ "await-fuse", 0, op_await_fuse },
	{ "await-helper", 0, op_await_helper },
	{ "await-start", 0, op_await_start },
	{ "await-sync", 0, op_await_sync },
	{ "beside", 1, op_beside },
	{ "bounding", 1, op_bounding },
	{ "capabilities", 4, op_capabilities },
	{ "cgroup", 1, op_cgroup },
	{ "chdir", 1, op_chdir },
	{ "clone", 2, op_clone },
	{ "close-on-exec", 1, op_close_on_exec },
	{ "console", 1, op_console },
	{ "copy-up", 3, op_copy_up },
	{ "deadline", 1, op_deadline },
	{ "death-signal", 1, op_death_signal },
	{ "default-signals", 0, op_default_signals },
	{ "detach-keys", 1, op_detach_keys },
	{ "directory", 2, op_directory },
	{ "done", 0, op_done },
	{ "end", 0, op_end },
	{ "enter", 1, op_enter },
	{ "env", 1, op_env },
	{ "exec", 1, op_exec },
	{ "exec-failed", 0, op_exec_failed },
	{ "fault", 0, op_fault },
	{ "file", 1, op_file },
	{ "filesystem", 3, op_filesystem },
	{ "filter", 0, op_filter },
	{ "fuse", 1, op_fuse },
	{ "gather", 0, op_gather },
	{ "groups", 1, op_groups },
	{ "hand-over", 1, op_hand_over },
	{ "hang-up", 0, op_hang_up },
	{ "health", 7, op_health },
	{ "health-startup", 1, op_health_startup },
	{ "helper", 1, op_helper },
	{ "hostname", 1, op_hostname },
	{ "id-map", 2, op_id_map },
	{ "idle", 0, op_idle },
	{ "init", 0, op_init },
	{ "io", 1, op_io },
	{ "join", 1, op_join },
	{ "join-child", 1, op_join_child },
	{ "join-path", 2, op_join_path },
	{ "join-pid", 2, op_join_pid },
	{ "join-recorded", 1, op_join_recorded },
	{ "keep-capabilities", 0, op_keep_capabilities },
	{ "kept", 1, op_kept },
	{ "link", 2, op_link },
	{ "listen", 3, op_listen },
	{ "log", 4, op_log },
	{ "log-journal", 2, op_log_journal },
	{ "look", 0, op_look },
	{ "mask", 1, op_mask },
	{ "mount", 5, op_mount },
	{ "namespace", 2, op_namespace },
	{ "netlink", 2, op_netlink },
	{ "netlink-of", 3, op_netlink_of },
	{ "no-new-privileges", 0, op_no_new_privileges },
	{ "optional", 1, op_optional },
	{ "output", 1, op_output },
	{ "owner", 2, op_owner },
	{ "pivot", 1, op_pivot },
	{ "preserve", 0, op_preserve },
	{ "reach", 2, op_reach },
	{ "read-filter", 1, op_read_filter },
	{ "readonly", 1, op_readonly },
	{ "ready", 0, op_ready },
	{ "real", 1, op_real },
	{ "record", 1, op_record },
	{ "release", 0, op_release },
	{ "rlimit", 3, op_rlimit },
	{ "serve", 2, op_serve },
	{ "session", 0, op_session },
	{ "sibling", 2, op_sibling },
	{ "stay", 0, op_stay },
	{ "stdio", 0, op_stdio },
	{ "supervise", 0, op_supervise },
	{ "sync", 0, op_sync },
	{ "tell", 2, op_tell },
	{ "terminal", 1, op_terminal },
	{ "tree", 3, op_tree },
	{ "tree-below", 4, op_tree_below },
	{ "tree-joined", 2, op_tree_joined },
	{ "tun", 3, op_tun },
	{ "umask", 1, op_umask },
	{ "unshare", 1, op_unshare },
	{ "user", 2, op_user },
	{ "watch-helper", 1, op_watch_helper },
	{ "watch-recorded", 2, op_watch_recorded },
	{ "write", 2, op_write },
	{ NULL, 0, NULL },
};
