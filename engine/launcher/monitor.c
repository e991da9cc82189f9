/*
 * What the launcher does once the container runs: it serves the control socket, keeps the record, watches
 * the time, forwards signals and reaps. The streams are in streams.c, checks of health in health.c,
 * who else is watched in watched.c.
 */
#include "monitor.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, PAUSE_MS = 10 };
enum { SIGNALS, LISTEN, OWNER, TIMER, HEALTH, WATCHED = HEALTH + HEALTH_POLLS, STREAMS = WATCHED + MAX_WATCHED, CLIENTS = STREAMS + STREAM_POLLS };
enum { PER_CLIENT = 1 + CLIENT_POLLS, POLLS = CLIENTS + PER_CLIENT * (1 + MAX_CLIENTS) };

struct client clients[1 + MAX_CLIENTS];
size_t client_count = 1;
bool is_gone;

static struct pollfd polls[POLLS];
static int exit_status, signals_fd, timer_fd, listen_fd = -1;
static int64_t deadline_at, timer_at;
static char started[24], child_start[32];

void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t now_ms(void) { return clock_ms(CLOCK_BOOTTIME); }
int64_t wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

static const char *now(char *out)
{
	snprintf(out, 24, "%lld", (long long)wall_ms());
	return out;
}

/* Replaces a file of the runtime directory in one rename: a reader sees the old one or the new one. */
int replace_file(const char *name, const char *text)
{
	char temporary[32];
	int fd;

	if (state.record_dir < 0)
		return 0;
	snprintf(temporary, sizeof(temporary), "%s.new", name);
	fd = openat(state.record_dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		return -1;
	return renameat(state.record_dir, temporary, state.record_dir, name);
}

/* The record "WORD PID START MONITOR-PID MONITOR-START TIME" */
static int write_living(const char *word)
{
	char self_start[32], text[192];

	if (start_time(getpid(), self_start, sizeof(self_start)) < 0 || start_time(state.child, child_start, sizeof(child_start)) < 0)
		return -1;
	snprintf(text, sizeof(text), "%s %d %s %d %s %s\n", word, state.child, child_start, getpid(), self_start, now(started));
	return replace_file("record", text);
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

/* await-start: the container waits before its program is run, until somebody says "start", who is then our caller. */
int op_await_start(char *const arg[])
{
	char text[96], line[8];
	int caller = -1, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)arg;
	listen_fd = listen_control();
	if (listen_fd < 0 || null < 0 || write_living("initialized") < 0)
		return -1;
	snprintf(text, sizeof(text), "initialized %d %s %s\n", state.child, child_start, started);
	if (write(CONTROL_FD, text, strlen(text)) < 0 || dup3(null, CONTROL_FD, O_CLOEXEC) < 0)
		return errno = ECANCELED, -1;
	do {
		close_fd(&caller);
		if (wait_readable(listen_fd, -1) < 0)
			return -1;
		caller = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (caller >= 0 && wait_readable(caller, PATIENCE_MS) < 0 && errno == ECHILD)
			return -1;
	} while (caller < 0 || recv(caller, line, sizeof(line), MSG_DONTWAIT) != 6 || memcmp(line, "start\n", 6));
	close(null);
	return dup3(caller, CONTROL_FD, O_CLOEXEC) < 0 ? -1 : close(caller);
}

/* The caller's streams are no longer ours. */
void drop_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_fd(&null);
}

/* Becomes the program that tidies up, with nothing of our caller's. Does not return. */
void tidy_up(void)
{
	drop_streams();
	execv(state.argv[0], state.argv);
	_exit(ENGINE_ERROR);
}

void say(struct client *client, const char *text)
{
	if (client->control >= 0)
		send(client->control, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* It has left, or is told that it may. */
static void disconnect(struct client *client)
{
	detach_client(client);
	close_fd(&client->control);
	if (client == clients)
		drop_streams();
}

static void signal_child(int number)
{
	if (!is_gone)
		syscall(NR_PIDFD_SEND_SIGNAL, state.child_pidfd, number, NULL, 0);
}

/* One line of a client: "signal NUMBER", "winch", "attach BITS KEYS" with its streams, "check", "watch PID START NAME", "end NAME", or "bye" from one who stays and tidies up. */
static void obey(struct client *client, const char *line, const int fd[3])
{
	char keys[2 * MAX_KEYS + 1] = "";
	unsigned which;

	if (!strncmp(line, "signal ", 7))
		signal_child(atoi(line + 7));
	else if (!strcmp(line, "winch"))
		resize_to(client);
	else if (!strcmp(line, "bye"))
		client->tidies = true;
	else if (!strcmp(line, "check") && state.health.plan)
		health_now(client);
	else if (!strncmp(line, "watch ", 6))
		watch_process(line);
	else if (!strncmp(line, "end ", 4))
		end_watched(client, line + 4);
	else if (sscanf(line, "attach %u %32s", &which, keys) >= 1 && fd[2] >= 0) {
		detach_client(client);
		attach_client(client, fd, which, keys);
		say(client, "attached\n");
	}
}

/* Reads what a client has to say, with the descriptors that came with it. False when it has left. */
static bool listen_to(struct client *client)
{
	int fd[3] = { -1, -1, -1 };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(fd))]; } control = { 0 };
	struct iovec part = { client->line + client->length, MAX_LINE - client->length };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_LEN(sizeof(fd)) };
	ssize_t got = recvmsg(client->control, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	char *newline;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return false;
	if (packet.msg_controllen && control.header.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&control.header), control.header.cmsg_len - CMSG_LEN(0));
	client->length += got;
	while ((newline = memchr(client->line, '\n', client->length))) {
		*newline = 0;
		obey(client, client->line, fd);
		client->length -= newline + 1 - client->line;
		memmove(client->line, newline + 1, client->length);
	}
	for (int i = 0; i < 3; i++)
		close_fd(&fd[i]);
	return client->length < MAX_LINE;
}

static void greet(struct client *client, int control)
{
	*client = (struct client){ .control = control, .fd = { -1, -1, -1 } };
}

/* False where nobody waits. Who finds no place is told so, and leaves. */
static bool accept_client(void)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		poll(NULL, 0, PAUSE_MS);        /* whoever waits goes on waiting, and so do we */
	for (size_t i = 1; i <= MAX_CLIENTS && fd >= 0; i++)
		if (i == client_count || clients[i].control < 0) {
			greet(&clients[i], fd);
			client_count += i == client_count;
			return true;
		}
	if (fd < 0)
		return false;
	send(fd, "full\n", 5, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
	return true;
}

void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == state.child) {
			is_gone = true;
			exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		} else if (!health_reaped(pid)) {
			for (size_t i = 0; i < state.helper_count; i++)
				if (pid == state.helpers[i])
					state.helpers[i] = 0;
		}
}

static void take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(signals_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap();
		else if (info.ssi_signo == SIGWINCH)
			resize_to(clients);
		else if (info.ssi_signo != SIGPIPE)
			signal_child(info.ssi_signo);
	}
}

/* Has the timer wake us when there is something to do: poll(2) would not count the time that the machine sleeps. timerfd_create(2) */
static void set_timer(void)
{
	int64_t due = health_due();

	if (deadline_at && !is_gone && (due < 0 || deadline_at < due))
		due = deadline_at;
	due = due < 0 || due == INT64_MAX ? 0 : due ? due : 1;  /* 0 is never */
	if (due == timer_at)
		return;
	timer_at = due;
	timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &(struct itimerspec){ .it_value = { due / 1000, due % 1000 * 1000000 } }, NULL);
}

static void watch(void)
{
	polls[SIGNALS] = (struct pollfd){ signals_fd, POLLIN, 0 };
	polls[LISTEN] = (struct pollfd){ listen_fd, POLLIN, 0 };
	polls[OWNER] = (struct pollfd){ is_gone ? -1 : state.owner_pidfd, POLLIN, 0 };
	polls[TIMER] = (struct pollfd){ timer_fd, POLLIN, 0 };
	health_poll(&polls[HEALTH]);
	watched_poll(&polls[WATCHED]);
	poll_streams(&polls[STREAMS]);
	for (size_t i = 0; i < client_count; i++) {
		polls[CLIENTS + PER_CLIENT * i] = (struct pollfd){ clients[i].control, POLLIN, 0 };
		poll_client(&clients[i], &polls[CLIENTS + PER_CLIENT * i + 1]);
	}
}

static void wait_for_events(void)
{
	size_t count = client_count;

	set_timer();
	watch();
	while (poll(polls, CLIENTS + PER_CLIENT * count, -1) < 0 && errno == EINTR)
		;
	if (polls[TIMER].revents)
		timer_at = -1;          /* what is due is done below; set anew it is quiet */
	if (polls[SIGNALS].revents)
		take_signals();
	if (polls[LISTEN].revents)
		accept_client();
	if (polls[OWNER].revents || (deadline_at && now_ms() >= deadline_at)) {
		signal_child(SIGKILL);
		close_fd(&state.owner_pidfd);
		deadline_at = 0;
	}
	health_turn(&polls[HEALTH]);
	watched_turn(&polls[WATCHED]);
	for (size_t i = 0; i < count; i++)
		if (polls[CLIENTS + PER_CLIENT * i].revents && clients[i].control >= 0 && !listen_to(&clients[i]))
			disconnect(&clients[i]);
	for (size_t i = 0; i < count; i++)
		carry_client(&clients[i], &polls[CLIENTS + PER_CLIENT * i + 1]);
	carry_streams(&polls[STREAMS]);
}

/* Says how it ended to those who have all that it wrote; true where others wait for the rest. Whether one of them tidies up goes to `dismissed`. */
static bool say_end(const char *text, bool *dismissed)
{
	bool waits = false;

	for (size_t i = 1; i < client_count; i++) {
		struct client *client = &clients[i];

		if (client->control < 0)
			continue;
		if (!listen_to(client)) {
			disconnect(client);
			continue;
		}
		if (has_pending(client)) {
			waits = true;
			continue;
		}
		*dismissed |= client->tidies;
		detach_client(client);
		say(client, text);
		close_fd(&client->control);
	}
	return waits;
}

/* Kills who is in the container's mount namespace; how many there were. */
static int kill_inside(const struct stat *mounts)
{
	DIR *proc = opendir("/proc");
	int found = 0;

	for (struct dirent *entry; proc && (entry = readdir(proc));) {
		char path[64];
		struct stat theirs;
		int pidfd = atoi(entry->d_name) > 0 ? (int)syscall(NR_PIDFD_OPEN, atoi(entry->d_name), 0) : -1;

		snprintf(path, sizeof(path), "/proc/%.16s/ns/mnt", entry->d_name);
		if (pidfd >= 0 && stat(path, &theirs) == 0 && theirs.st_ino == mounts->st_ino && theirs.st_dev == mounts->st_dev) {
			syscall(NR_PIDFD_SEND_SIGNAL, pidfd, SIGKILL, NULL, 0);
			found++;
		}
		close_fd(&pidfd);
	}
	if (proc)
		closedir(proc);
	return found;
}

/* Where the container had no pid namespace of its own, the kernel has not ended what it left behind. */
static void end_left_behind(void)
{
	struct stat mounts;

	if (!state.gathers || state.mounts_fd < 0 || fstat(state.mounts_fd, &mounts) < 0)
		return;
	for (int rounds = 0; rounds < 1000 && kill_inside(&mounts); rounds++)
		poll(NULL, 0, 1);
}

static void begin(void)
{
	greet(clients, CONTROL_FD);
	connect_streams();
	if (state.io >> IO_ATTACHED)
		attach_client(clients, (const int[]){ 0, 1, 2 }, state.io >> IO_ATTACHED, state.detach_keys ? state.detach_keys : "");
	if (state.deadline_ms)
		deadline_at = now_ms() + state.deadline_ms;
	health_begin();
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
	if (state.detach_keys && !(state.detach_keys = strdup(state.detach_keys)))
		return -1;
	munmap(state.plan.memory, state.plan.size);
	sigfillset(&all);
	signals_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (listen_fd < 0)
		listen_fd = listen_control();
	if (signals_fd < 0 || timer_fd < 0 || write_living("running") < 0)
		return -1;
	begin();
	dprintf(CONTROL_FD, "started %d %s %s\n", state.child, child_start, started);
	reap();
	while (!is_gone)
		wait_for_events();
	health_end();
	note_ends(left);
	waits = drain_some(left);
	end_left_behind();
	snprintf(text, sizeof(text), "exited %d %s %s\n", exit_status, started, now(finished));
	replace_file("record", text);
	while (accept_client())
		;
	waits |= say_end(text, &dismissed);
	close_fd(&listen_fd);           /* who comes now finds the record */
	while (waits) {                 /* readers may be slow; they alone wait for what is theirs, and may be killed */
		wait_for_events();
		waits = drain_some(left);
		waits |= say_end(text, &dismissed);
	}
	detach_client(clients);
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			kill(state.helpers[i], SIGKILL);
	snprintf(text, sizeof(text), "exited %d %s %s %d\n", exit_status, started, finished, clients[0].lost);
	if (clients[0].control >= 0)
		send(CONTROL_FD, text, strlen(text), MSG_NOSIGNAL);
	close_fd(&state.mounts_fd);
	/* our caller may still write, which must not fail before it has read the above; or be killed, and then we tidy up */
	while (!clients[0].tidies && clients[0].control >= 0)
		if (poll(&(struct pollfd){ CONTROL_FD, POLLIN, 0 }, 1, -1) > 0 && !listen_to(&clients[0]))
			break;
	close(CONTROL_FD);              /* nobody waits for the kernel to take a network down either */
	for (size_t i = 0; i < state.helper_count; i++)
		if (state.helpers[i])
			waitpid(state.helpers[i], NULL, 0);
	if (!dismissed && !clients[0].tidies && state.argc)
		tidy_up();
	_exit(0);
}
