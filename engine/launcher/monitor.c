/*
 * What the launcher does once the container runs: it carries the streams, writes the log and the
 * record, serves the control socket, forwards signals and reaps.
 */
#include "launcher.h"
#include <fcntl.h>
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

enum { NR_SIGNAL_PIDFD = 424, MAX_CLIENTS = 32, MAX_LINE = 64, PIPE_SIZE = 1 << 19 };
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
static struct { char line[MAX_LINE]; size_t length; } clients[1 + MAX_CLIENTS];  /* [0] is the tspod that started us */
static struct termios caller_terminal;
static bool terminal_is_raw, gone;
static int exit_status;
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
	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
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

/* A description of our own, so that not blocking is not forced on others who share the caller's. Files never block. */
static int open_unblocking(int fd)
{
	char path[32];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (isatty(fd) || lseek(fd, 0, SEEK_CUR) < 0) {
		own = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
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
		tcsetattr(0, TCSADRAIN, &caller_terminal);
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

	connect_pump(&pumps[0], input ? 0 : -1, state.outer[0], NULL, !terminal);
	connect_pump(&pumps[1], from, output ? open_unblocking(1) : -1, "stdout", false);
	connect_pump(&pumps[2], terminal ? -1 : state.outer[2], output && !terminal ? open_unblocking(2) : -1, "stderr", false);
	if (terminal && input && tcgetattr(0, &caller_terminal) == 0) {
		raw = caller_terminal;
		cfmakeraw(&raw);
		terminal_is_raw = tcsetattr(0, TCSADRAIN, &raw) == 0;
	}
	resize();
}

/* The tspod that started us is gone, or is told that it may go: the caller's streams are no longer ours. */
static void disconnect_caller(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	restore_terminal();
	close_fd(&polls[CONTROL].fd);
	pumps[0].from = -1;
	for (int i = 1; i < 3; i++) {
		close_fd(&pumps[i].to);
		pumps[i].start = pumps[i].end = 0;
		pumps[i].full = pumps[i].tee = false;
	}
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_fd(&null);
}

/* As in a pipeline: when nobody reads on, the writer learns it by its own next write. */
static void pump_broken(struct pump *pump)
{
	close_fd(&pump->to);
	if (!(state.io & IO_TERMINAL))
		close_fd(&pump->from);
}

static void pump_write(struct pump *pump)
{
	ssize_t done;

	pump->full = false;

	while (pump->start < pump->end && pump->to >= 0) {
		done = write(pump->to, pump->data + pump->start, pump->end - pump->start);
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

/* Carries one chunk. False when there was nothing to carry. */
static bool pump_read(struct pump *pump)
{
	ssize_t got = CHUNK;

	if (pump->from < 0 || pump->end || pump->full)
		return false;
	if (pump->tee && pump->to >= 0) {
		got = tee(pump->from, pump->to, CHUNK, SPLICE_F_NONBLOCK);
		if (got < 0 && errno == EPIPE)
			return pump_broken(pump), false;
		if (got < 0)    /* no room, or nothing to read */
			return pump->full = poll(&(struct pollfd){ pump->from, POLLIN, 0 }, 1, 0) > 0, false;
	}
	got = read(pump->from, pump->data, got ? got : CHUNK);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got <= 0) {
		close_fd(&pump->from);
		if (pump->close_to)
			close_fd(&pump->to);
		return false;
	}
	if (pump->log_as && state.log_fd >= 0)
		log_write(state.log_fd, pump->log_as, pump->data, got);
	if (pump->to >= 0 && !pump->tee) {
		pump->end = got;
		pump_write(pump);
	}
	return true;
}

/* One line of a client: "signal NUMBER" or "winch". */
static void obey(const char *line)
{
	if (!strncmp(line, "signal ", 7) && !gone)
		syscall(NR_SIGNAL_PIDFD, state.child_pidfd, atoi(line + 7), NULL, 0);
	else if (!strcmp(line, "winch"))
		resize();
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
		obey(line);
		*length -= newline + 1 - line;
		memmove(line, newline + 1, *length);
	}
	return *length < MAX_LINE;
}

static void accept_client(void)
{
	int fd = accept4(polls[LISTEN].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; i < MAX_CLIENTS && fd >= 0; i++)
		if (polls[CLIENTS + i].fd < 0) {
			polls[CLIENTS + i].fd = fd;
			clients[1 + i].length = 0;
			return;
		}
	close_fd(&fd);
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
			syscall(NR_SIGNAL_PIDFD, state.child_pidfd, info.ssi_signo, NULL, 0);
	}
}

static void wait_for_events(void)
{
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

/* What the container wrote before it ended is carried to its readers; they may be slow. */
static void drain(void)
{
	for (int i = 1; i < 3; i++)
		while (pumps[i].end || pumps[i].full || pump_read(&pumps[i]) || pumps[i].full)
			if (pumps[i].end || pumps[i].full)
				wait_for_events();
}

/* supervise: to the container's end, and then ours. */
int op_supervise(char *const arg[])
{
	sigset_t all;
	char text[96], finished[24];

	(void)arg;
	munmap(state.plan.memory, state.plan.size);
	for (int i = 0; i < POLLS; i++)
		polls[i] = (struct pollfd){ -1, POLLIN, 0 };
	sigfillset(&all);
	polls[SIGNALS].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	polls[CONTROL].fd = CONTROL_FD;
	polls[LISTEN].fd = listen_control();
	if (polls[SIGNALS].fd < 0 || write_running() < 0)
		return -1;
	connect_streams();
	dprintf(CONTROL_FD, "started %d %s %s\n", state.child, child_start, started);
	reap();
	while (!gone)
		wait_for_events();
	drain();
	restore_terminal();
	snprintf(text, sizeof(text), "exited %d %s %s\n", exit_status, started, now(finished));
	write_record(text);
	for (int i = CLIENTS; i < POLLS; i++)
		if (polls[i].fd >= 0)
			send(polls[i].fd, text, strlen(text), MSG_NOSIGNAL);
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			kill(state.helpers[i], SIGKILL);
	if (polls[CONTROL].fd >= 0)
		send(CONTROL_FD, text, strlen(text), MSG_NOSIGNAL);
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			waitpid(state.helpers[i], NULL, 0);
	/* the caller may have been killed in the moment since: read the end of its socket before believing in it */
	if (polls[CONTROL].fd < 0 || !listen_to(CONTROL_FD, 0))
		if (state.cleanup[0])
			execv(state.cleanup[0], state.cleanup);
	_exit(0);
}
