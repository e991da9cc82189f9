/* launcher run | enter | hold | ops: see launcher.h */
#include "launcher.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct state state;

struct message {
	char kind;              /* R ready, G go on, E execve comes next, T terminal and U fuse (with a descriptor), D done, F failed */
	int32_t number;         /* errno with F, the child with D, and with it the socket to it where it is new */
	uint64_t index;
};

/* Over the socket between monitor and child, with a descriptor where fd >= 0. unix(7), SCM_RIGHTS */
static int send_number(char kind, int fd, int number)
{
	struct message message = { kind, number, state.index };
	struct iovec part = { &message, sizeof(message) };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		packet.msg_control = control.bytes;
		packet.msg_controllen = sizeof(control.bytes);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(state.sync_fd, &packet, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int send_message(char kind, int fd)
{
	return send_number(kind, fd, state.child);
}

/* When we end, nothing of the container is left. */
void end_children(void)
{
	close(state.sync_fd);           /* a child that waits for us goes */
	if (state.child > 0)
		kill(state.child, SIGKILL);
	if (state.beside > 0)
		kill(state.beside, SIGKILL);
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			kill(state.helpers[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* Tells tspod which step failed and how; it has the words for it. Does not return. */
static void fail(size_t index, int error)
{
	state.index = index;
	if (state.in_child) {
		if (state.sync_fd >= 0)
			send_number('F', -1, error);
	} else {
		dprintf(CONTROL_FD, "failed %zu %d\n", index, error);
		end_children();
	}
	_exit(ENGINE_ERROR);
}

/* 0 when there is something to read; else ETIMEDOUT, ECHILD where the child has ended, or ECANCELED where the tspod that started us was killed. */
int wait_readable(int fd, int patience_ms)
{
	struct pollfd polls[] = { { fd, POLLIN, 0 }, { state.sync_fd, 0, 0 }, { state.in_child ? -1 : CONTROL_FD, 0, 0 } };
	int ready;

	while ((ready = poll(polls, 3, patience_ms)) < 0 && errno == EINTR)
		;
	if (ready <= 0)
		return errno = ready ? errno : ETIMEDOUT, -1;
	if (polls[0].revents)
		return 0;
	return errno = polls[1].revents ? ECHILD : ECANCELED, -1;
}

/* The next message's kind; 0 when the other side has closed. A terminal is kept, a failure is passed on. */
int receive_message(void)
{
	struct message message = { 0 };
	struct iovec part = { &message, sizeof(message) };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	ssize_t got;

	if (wait_readable(state.sync_fd, -1) < 0)
		fail(state.index, errno);
	while ((got = recvmsg(state.sync_fd, &packet, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	if (got <= 0)
		return 0;
	if (message.kind == 'F')
		fail(message.index, message.number);
	if (message.kind == 'D')
		state.child = message.number;
	if (packet.msg_controllen && control.header.cmsg_type == SCM_RIGHTS)
		memcpy(message.kind == 'T' ? &state.outer[0] : message.kind == 'U' ? &state.fuse_fd : &state.sibling_fd, CMSG_DATA(&control.header), sizeof(int));
	return message.kind == 'T' ? receive_message() : message.kind;
}

void run_steps(size_t from, size_t to)
{
	for (size_t i = from; i < to; i += 1 + state.skip) {
		state.index = i;
		state.skip = 0;
		if (i >= state.plan.count)
			fail(i, ERANGE);
		if (state.plan.steps[i].op->run(state.plan.steps[i].arg) < 0)
			fail(i, errno);
	}
	fail(to, ENOEXEC);      /* every list of steps ends in exec-failed or supervise */
}

/*
 * Goes on from a sealed copy in memory: what runs beside or inside a container must not be a
 * way to write to our own file (CVE-2019-5736). memfd_create(2), "File sealing"
 */
static void become_sealed(char *const argv[])
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), copy;
	int has = fcntl(self, F_GET_SEALS);
	struct stat status;

	if (self < 0 || (has > 0 && (has & seals) == seals) || fstat(self, &status) < 0) {
		close(self);
		return;
	}
	copy = syscall(SYS_memfd_create, "launcher", MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x10 /* MFD_EXEC, Linux 6.3 */);
	if (copy < 0)
		copy = syscall(SYS_memfd_create, "launcher", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0 || sendfile(copy, self, NULL, status.st_size) != status.st_size || fcntl(copy, F_ADD_SEALS, seals) < 0)
		fail(0, errno);
	syscall(SYS_execveat, copy, "", argv, environ, 0x1000 /* AT_EMPTY_PATH */);
	fail(0, errno);
}

/*
 * run [KEPT]: carries out the plan on descriptor 3, from a copy of ourselves that nobody can write to. So
 * many descriptors after it are for the program. Does not return.
 */
void run_main(char *kept)
{
	char *const argv[] = { "launcher", "run", kept, NULL };
	sigset_t all;

	become_sealed(argv);
	fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	syscall(NR_CLOSE_RANGE, KEPT_FD + (kept ? atoi(kept) : 0), ~0U, 0);  /* what our caller had open is not ours to keep */
	prctl(PR_SET_DUMPABLE, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	state.sync_fd = state.record_dir = state.mounts_fd = state.log.fd = state.owner_pidfd = state.helper_exit = state.joined_pidfd = state.fuse_fd = state.sibling_fd = state.gateway_fd = -1;
	memset(state.trees, -1, sizeof(state.trees));
	memset(state.inner, -1, sizeof(state.inner));
	memset(state.outer, -1, sizeof(state.outer));
	if (plan_read(&state.plan, CONTROL_FD) < 0)
		fail(state.plan.count, errno);
	run_steps(0, state.plan.count);
}

static int list_ops(void)
{
	for (const struct op *op = ops; op->name; op++)
		printf("%s %d\n", op->name, op->nargs);
	return 0;
}

int main(int argc, char *argv[])
{
	if ((argc == 2 || argc == 3) && !strcmp(argv[1], "run"))
		run_main(argv[2]);
	if (argc >= 6 && !strcmp(argv[1], "enter"))
		return enter_main(argv + 2);
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "hold"))
		return hold_main(argv + 2);
	if (argc >= 4 && !strcmp(argv[1], "after"))
		return after_main(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "ops"))
		return list_ops();
	fprintf(stderr, "usage: launcher run [KEPT] | enter RUNS FILE PROGRAM NODE ARG... | hold FILE [PID] | after MS PROGRAM ARG... | ops\n");
	return ENGINE_ERROR;
}
