/*
 * What the launcher does once the container runs: it carries the streams, writes the log and the
 * record, serves the control socket, forwards signals and reaps.
 */
#include "launcher.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CLIENTS = 64, MAX_LINE = 64, PIPE_SIZE = 1 << 19 };
enum { SIGNALS, CONTROL, LISTEN, SOURCES, SINKS = SOURCES + 3, CLIENTS = SINKS + 3, POLLS = CLIENTS + MAX_CLIENTS };

/* One direction of one stream. Nothing is read while something is still to be written. */
struct pump {
	int from, to;
	const char *log_as;     /* stream name in the log, or NULL */
	bool close_to;          /* the reader learns of the end by our closing */
	bool tee;               /* both ends are pipes: pages are shared with the reader, and read only for the log */
	bool full;              /* the reader is slow; nothing is read before it can take more */
	size_t start, end;      /* of what is to be written, in data */
	char data[CHUNK];
};

static struct pump pumps[3];
static struct pollfd polls[POLLS];
static struct { char line[MAX_LINE]; size_t length; bool tidies; } clients[1 + MAX_CLIENTS];  /* [0] is the tspod that started us */
static struct termios caller_terminal;
static bool terminal_is_raw, gone;
static int exit_status, listen_fd, mounts_fd = -1;
static char started[24], child_start[32];

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static const char *now(char *out)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	snprintf(out, 24, "%lld", (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000);
	return out;
}

/* Replaces the record in one rename: a reader sees the old one or the new one. */
static int write_record(const char *text)
{
	int fd;

	if (state.record_dir < 0)
		return 0;
	fd = openat(state.record_dir, "record.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		return -1;
	return renameat(state.record_dir, "record.new", state.record_dir, "record");
}

static int write_running(void)
{
	char path[32], self_start[32], text[192];
	int child, self;

	snprintf(path, sizeof(path), "/proc/%d", state.child);
	child = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (start_time(self, self_start, sizeof(self_start)) < 0)
		return -1;
	if (child < 0 || start_time(child, child_start, sizeof(child_start)) < 0)
		strcpy(child_start, "0");       /* it has ended and been reaped already: not possible before we reap */
	if (state.record_dir >= 0)      /* to undo its mounts takes time, which nobody shall wait for to hear how it ended */
		mounts_fd = openat(child, "ns/mnt", O_RDONLY | O_CLOEXEC);
	close(child);
	close(self);
	snprintf(text, sizeof(text), "running %d %s %d %s %s\n", state.child, child_start, getpid(), self_start, now(started));
	return write_record(text);
}

/* The socket by which stop, kill, wait and attach reach us. The directory's own path may be too long for an address. */
static int listen_control(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (state.record_dir < 0)
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control", state.record_dir);
	unlinkat(state.record_dir, "control", 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 64) < 0))
		close_fd(&fd);
	return fd;
}

/*
 * A description of our own, so that not blocking is not forced on others who share the caller's.
 * Files never block, and sockets are asked not to with each call. A fifo with a name keeps its
 * end from who opened it after its last writer had gone. fifo(7), poll(2)
 */
static int open_unblocking(int fd, int access)
{
	char path[32], target[8] = "";
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (readlink(path, target, sizeof(target) - 1) < 0)
		target[0] = 0;
	if (isatty(fd) || (lseek(fd, 0, SEEK_CUR) < 0 && (access == O_WRONLY || !strncmp(target, "pipe:", 5)))) {
		own = open(path, access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
		if (own >= 0)
			return own;
	}
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static void resize(void)
{
	struct winsize size;

	if (!(state.io & IO_TERMINAL))
		return;
	for (int fd = 0; fd < 3; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0) {
			ioctl(state.outer[0], TIOCSWINSZ, &size);
			return;
		}
}

static void restore_terminal(void)
{
	if (terminal_is_raw)
		tcsetattr(0, TCSANOW, &caller_terminal);
	terminal_is_raw = false;
}

static bool is_pipe(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* Field by field: the buffers stay untouched, and so without memory, until they are used. */
static void connect_pump(struct pump *pump, int from, int to, const char *log_as, bool close_to)
{
	pump->from = from;
	pump->to = to;
	pump->log_as = log_as;
	pump->close_to = close_to;
	pump->tee = log_as && is_pipe(from) && is_pipe(to);
	if (pump->tee)
		fcntl(from, F_SETPIPE_SZ, PIPE_SIZE);   /* refused to who has many pipes; it is no more than speed */
}

static void connect_streams(void)
{
	bool terminal = state.io & IO_TERMINAL, output = state.io & IO_OUTPUT, input = output && state.io & IO_STDIN;
	int from = terminal ? fcntl(state.outer[0], F_DUPFD_CLOEXEC, 0) : state.outer[1];
	struct termios raw;

	connect_pump(&pumps[0], input ? open_unblocking(0, O_RDONLY) : -1, state.outer[0], NULL, !terminal);
	connect_pump(&pumps[1], from, output ? open_unblocking(1, O_WRONLY) : -1, "stdout", false);
	connect_pump(&pumps[2], terminal ? -1 : state.outer[2], output && !terminal ? open_unblocking(2, O_WRONLY) : -1, "stderr", false);
	if (terminal && input && tcgetattr(0, &caller_terminal) == 0) {
		raw = caller_terminal;
		cfmakeraw(&raw);
		terminal_is_raw = tcsetattr(0, TCSANOW, &raw) == 0;
	}
	resize();
}

/* The caller's streams are no longer ours. */
void drop_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_fd(&null);
}

/* The tspod that started us is gone, or is told that it may go. */
static void disconnect_caller(void)
{
	restore_terminal();
	close_fd(&polls[CONTROL].fd);
	close_fd(&pumps[0].from);
	for (int i = 1; i < 3; i++) {
		close_fd(&pumps[i].to);
		pumps[i].start = pumps[i].end = 0;
		pumps[i].full = pumps[i].tee = false;
	}
	drop_streams();
}

/* As in a pipeline: when nobody reads on, the writer learns it by its own next write. */
static void pump_broken(struct pump *pump)
{
	close_fd(&pump->to);
	if (!(state.io & IO_TERMINAL))
		close_fd(&pump->from);
}

/* write(2) and read(2) that block on no socket: where the other side is slow, it is the only one that waits. */
static ssize_t write_now(int fd, const char *data, size_t size)
{
	ssize_t done = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);

	return done < 0 && errno == ENOTSOCK ? write(fd, data, size) : done;
}

static ssize_t read_now(int fd, char *data, size_t size)
{
	ssize_t got = recv(fd, data, size, MSG_DONTWAIT);

	return got < 0 && errno == ENOTSOCK ? read(fd, data, size) : got;
}

static void pump_write(struct pump *pump)
{
	ssize_t done;

	pump->full = false;
	while (pump->start < pump->end && pump->to >= 0) {
		done = write_now(pump->to, pump->data + pump->start, pump->end - pump->start);
		if (done < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (done < 0) {
			pump_broken(pump);
			break;
		}
		pump->start += done;
	}
	pump->start = pump->end = 0;
}

/* Carries one chunk and says how much that was: 0 where there is nothing to carry, or not yet. */
static ssize_t pump_read(struct pump *pump)
{
	ssize_t got = CHUNK;

	if (pump->from < 0 || pump->end || pump->full)
		return 0;
	if (pump->tee && pump->to >= 0) {
		got = tee(pump->from, pump->to, CHUNK, SPLICE_F_NONBLOCK);
		if (got < 0 && errno == EPIPE)
			return pump_broken(pump), 0;
		if (got < 0)    /* no room, or nothing to read */
			return pump->full = poll(&(struct pollfd){ pump->from, POLLIN, 0 }, 1, 0) > 0, 0;
	}
	got = read_now(pump->from, pump->data, got ? got : CHUNK);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		close_fd(&pump->from);
		if (pump->close_to)
			close_fd(&pump->to);
		return 0;
	}
	if (pump->log_as && state.log_fd >= 0)
		log_write(state.log_fd, pump->log_as, pump->data, got);
	if (pump->to >= 0 && !pump->tee) {
		pump->end = got;
		pump_write(pump);
	}
	return got;
}

/* One line of a client: "signal NUMBER", "winch", or "bye" from one who stays and tidies up. */
static void obey(const char *line, size_t client)
{
	if (!strncmp(line, "signal ", 7) && !gone)
		syscall(NR_PIDFD_SEND_SIGNAL, state.child_pidfd, atoi(line + 7), NULL, 0);
	else if (!strcmp(line, "winch"))
		resize();
	else if (!strcmp(line, "bye"))
		clients[client].tidies = true;
}

/* Reads what a client has to say. False when it has left. */
static bool listen_to(int fd, size_t client)
{
	char *line = clients[client].line, *newline;
	size_t *length = &clients[client].length;
	ssize_t got = recv(fd, line + *length, MAX_LINE - *length, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return false;
	*length += got;
	while ((newline = memchr(line, '\n', *length))) {
		*newline = 0;
		obey(line, client);
		*length -= newline + 1 - line;
		memmove(line, newline + 1, *length);
	}
	return *length < MAX_LINE;
}

/* False where nobody waits, or there is no place. */
static bool accept_client(void)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; i < MAX_CLIENTS && fd >= 0; i++)
		if (polls[CLIENTS + i].fd < 0) {
			polls[CLIENTS + i].fd = fd;
			clients[1 + i].length = 0;
			clients[1 + i].tidies = false;
			return true;
		}
	close_fd(&fd);
	return false;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == state.child) {
			gone = true;
			exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		} else {
			for (size_t i = 0; i < state.helper_count; i++)
				if (pid == state.helpers[i])
					state.helpers[i] = 0;
		}
}

static void take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(polls[SIGNALS].fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap();
		else if (info.ssi_signo == SIGWINCH)
			resize();
		else if (info.ssi_signo != SIGPIPE && !gone)
			syscall(NR_PIDFD_SEND_SIGNAL, state.child_pidfd, info.ssi_signo, NULL, 0);
	}
}

static void wait_for_events(void)
{
	polls[LISTEN].fd = -1;          /* who finds no place waits until one is free */
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (polls[CLIENTS + i].fd < 0)
			polls[LISTEN].fd = listen_fd;
	for (int i = 0; i < 3; i++) {
		bool waits = pumps[i].end || pumps[i].full;

		polls[SOURCES + i] = (struct pollfd){ waits ? -1 : pumps[i].from, POLLIN, 0 };
		polls[SINKS + i] = (struct pollfd){ waits ? pumps[i].to : -1, POLLOUT, 0 };
	}
	while (poll(polls, POLLS, -1) < 0 && errno == EINTR)
		;
	if (polls[SIGNALS].revents)
		take_signals();
	if (polls[CONTROL].revents && !listen_to(CONTROL_FD, 0))
		disconnect_caller();
	if (polls[LISTEN].revents)
		accept_client();
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (polls[CLIENTS + i].revents && !listen_to(polls[CLIENTS + i].fd, 1 + i))
			close_fd(&polls[CLIENTS + i].fd);
	for (int i = 0; i < 3; i++) {
		if (polls[SINKS + i].revents)
			pump_write(&pumps[i]);
		if (polls[SOURCES + i].revents)
			pump_read(&pumps[i]);
	}
}

/* What is in the pipe now. More may come for ever, from a process that exec left behind. FIONREAD(2const) */
static ssize_t pending(const struct pump *pump)
{
	int bytes;

	return is_pipe(pump->from) && ioctl(pump->from, FIONREAD, &bytes) == 0 ? bytes : SSIZE_MAX;
}

/* Carries what the container wrote before it ended, as far as its readers take it. Bytes are left to `left`. */
static bool drain_some(ssize_t left[3])
{
	ssize_t got;

	for (int i = 1; i < 3; i++)
		while (left[i] > 0 && (got = pump_read(&pumps[i])) > 0)
			left[i] -= got;
	for (int i = 1; i < 3; i++)
		if (left[i] <= 0)
			close_fd(&pumps[i].from);
	return pumps[1].end || pumps[1].full || pumps[2].end || pumps[2].full;
}

/* supervise: to the container's end, and then ours; the arguments so far are what to become then, where nobody waits. */
int op_supervise(char *const arg[])
{
	sigset_t all;
	ssize_t left[3] = { 0 };
	char text[96], finished[24];
	bool waits, dismissed = false;

	(void)arg;
	for (size_t i = 0; i < state.argc; i++)
		if (!(state.argv[i] = strdup(state.argv[i])))
			return -1;
	munmap(state.plan.memory, state.plan.size);
	for (int i = 0; i < POLLS; i++)
		polls[i] = (struct pollfd){ -1, POLLIN, 0 };
	sigfillset(&all);
	polls[SIGNALS].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	polls[CONTROL].fd = CONTROL_FD;
	listen_fd = listen_control();
	if (polls[SIGNALS].fd < 0 || write_running() < 0)
		return -1;
	connect_streams();
	dprintf(CONTROL_FD, "started %d %s %s\n", state.child, child_start, started);
	reap();
	while (!gone)
		wait_for_events();
	for (int i = 1; i < 3; i++)
		left[i] = pending(&pumps[i]);
	waits = drain_some(left);
	snprintf(text, sizeof(text), "exited %d %s %s\n", exit_status, started, now(finished));
	write_record(text);
	while (accept_client())
		;
	for (int i = CLIENTS; i < POLLS; i++)
		if (polls[i].fd >= 0) {
			listen_to(polls[i].fd, 1 + i - CLIENTS);
			dismissed |= clients[1 + i - CLIENTS].tidies;
			send(polls[i].fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
			close_fd(&polls[i].fd);
		}
	close_fd(&listen_fd);           /* who comes now finds the record */
	while (waits) {                 /* the caller's readers may be slow; it alone waits for them, and may be killed */
		wait_for_events();
		waits = drain_some(left);
	}
	restore_terminal();
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			kill(state.helpers[i], SIGKILL);
	if (polls[CONTROL].fd >= 0)
		send(CONTROL_FD, text, strlen(text), MSG_NOSIGNAL);
	close_fd(&mounts_fd);
	for (int i = LISTEN; i < POLLS; i++)
		close_fd(&polls[i].fd);
	/* our caller may still write, which must not fail before it has read the above; or be killed, and then we tidy up */
	while (!clients[0].tidies && polls[CONTROL].fd >= 0)
		if (poll(&polls[CONTROL], 1, -1) > 0 && !listen_to(CONTROL_FD, 0))
			break;
	close(CONTROL_FD);              /* nobody waits for the kernel to take a network down either */
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			waitpid(state.helpers[i], NULL, 0);
	if (!dismissed && !clients[0].tidies && state.argc)
		execv(state.argv[0], state.argv);
	_exit(0);
}
