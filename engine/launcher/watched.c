/*
 * What a container needs beside itself: helpers of its network, and who holds its named networks. When one of them
 * has ended, that is noted in a file of the runtime directory, and a program is started that has the say of what follows.
 */
#include "monitor.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the place of the one of that name, and the pidfd is its own, or closed. Without one it has ended already. */
static struct watched *put_watched(const char *name, int pidfd)
{
	struct watched *free_one = NULL;

	for (struct watched *at = state.watched; at < state.watched + MAX_WATCHED; at++)
		if (!strcmp(at->name, name) || (!free_one && !*at->name))
			free_one = at;
	if (!free_one)
		return close_fd(&pidfd), errno = ENFILE, NULL;
	if (*free_one->name)
		close_fd(&free_one->pidfd);
	*free_one = (struct watched){ .pidfd = pidfd };
	snprintf(free_one->name, sizeof(free_one->name), "%s", name);
	return free_one;
}

/* watch-helper NAME: the latest helper. pidfd_open(2) */
int op_watch_helper(char *const arg[])
{
	int pidfd = state.helper_count ? (int)syscall(NR_PIDFD_OPEN, state.helpers[state.helper_count - 1], 0) : (errno = EINVAL, -1);
	struct watched *one = pidfd < 0 ? NULL : put_watched(arg[0], pidfd);

	return one ? one->is_helper = true, 0 : -1;
}

/* watch-recorded DIR NAME: the process whose record is there. */
int op_watch_recorded(char *const arg[])
{
	if (op_join_recorded(arg) < 0 || !put_watched(arg[1], state.joined_pidfd))
		return -1;
	state.joined_pidfd = -1;
	return 0;
}

/* look: the arguments so far are what to start when something that is watched has ended. */
int op_look(char *const arg[])
{
	(void)arg;
	for (size_t i = 0; i < state.argc; i++)
		if (!(state.argv[i] = strdup(state.argv[i])))
			return -1;
	state.look = state.argv;
	state.argv = NULL;
	state.argc = 0;
	return 0;
}

static void note_end(struct watched *one)
{
	char path[32];
	int mark;

	snprintf(path, sizeof(path), "lost-%s", one->name);
	*one->name = 0;
	mark = openat(state.record_dir, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	close_fd(&mark);
	if (!state.look || fork())
		return;
	drop_streams();
	execv(state.look[0], state.look);
	_exit(ENGINE_ERROR);
}

void watched_poll(struct pollfd *polls)
{
	for (size_t i = 0; i < MAX_WATCHED; i++)
		polls[i] = (struct pollfd){ *state.watched[i].name && !is_gone ? state.watched[i].pidfd : -1, POLLIN, 0 };
}

static void answer_end(void)
{
	for (size_t i = 0; i < client_count; i++)
		if (clients[i].awaits_end) {
			clients[i].awaits_end = false;
			say(&clients[i], "ended\n");
		}
}

void watched_turn(const struct pollfd *polls)
{
	for (size_t i = 0; i < MAX_WATCHED; i++) {
		struct watched *one = &state.watched[i];

		if (!polls[i].revents || !*one->name)
			continue;
		reap();                 /* it goes with the container, whose end we may not have seen yet */
		if (is_gone)
			return;
		close_fd(&one->pidfd);
		if (!one->is_ending) {
			note_end(one);
			continue;
		}
		*one->name = 0;
		answer_end();
	}
}

/* "watch PID START NAME": that process is another one's successor. */
void watch_process(const char *line)
{
	char pid[16], start[32], name[WATCHED_NAME];
	struct watched *one;

	if (is_gone || sscanf(line, "watch %15s %31s %15s", pid, start, name) != 3)
		return;
	one = put_watched(name, open_process(pid, start));
	if (one && one->pidfd < 0)
		note_end(one);
}

/* "end NAME": it is ended, and nobody looks. The client hears when it has. What is no helper of ours has some of its own to end. */
void end_watched(struct client *client, const char *name)
{
	for (struct watched *one = state.watched; one < state.watched + MAX_WATCHED; one++)
		if (*name && !strcmp(one->name, name)) {
			one->is_ending = client->awaits_end = true;
			syscall(NR_PIDFD_SEND_SIGNAL, one->pidfd, one->is_helper ? SIGKILL : SIGTERM, NULL, 0);
			return;
		}
	say(client, "ended\n");
}

/* Whether one of our helpers has ended. */
static bool has_lost_helper(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < state.helper_count; i++)
			if (pid == state.helpers[i])
				return state.helpers[i] = 0, true;
	return false;
}

/* stay: for as long as the process of join-pid lives and all our helpers do, or until we are to end; they end with us. */
int op_stay(char *const arg[])
{
	struct signalfd_siginfo info = { 0 };
	char start[32], now[24];
	sigset_t all;
	int signals;

	(void)arg;
	sigfillset(&all);
	signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (state.joined_pidfd < 0)
		return errno = EINVAL, -1;
	if (signals < 0 || start_time(getpid(), start, sizeof(start)) < 0)
		return -1;
	snprintf(now, sizeof(now), "%lld", (long long)wall_ms());
	dprintf(CONTROL_FD, "started %d %s %s\n", getpid(), start, now);
	close(CONTROL_FD);
	do {
		struct pollfd polls[] = { { signals, POLLIN, 0 }, { state.joined_pidfd, POLLIN, 0 } };

		while (poll(polls, 2, -1) < 0 && errno == EINTR)
			;
		if (polls[1].revents)
			break;
		while (read(signals, &info, sizeof(info)) == sizeof(info) && info.ssi_signo != SIGTERM)
			;
	} while (info.ssi_signo != SIGTERM && !has_lost_helper());
	end_children();
	_exit(0);
}
