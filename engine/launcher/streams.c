/* The streams: what the container writes goes to its log and to everyone attached, what they type goes to it. */
#include "monitor.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { PIPE_SIZE = 1 << 19, PATIENCE_US = 10000 };

/* One direction. Nothing is read while somebody has not taken what was read before: no reader loses anything. */
static struct stream {
	int from;
	bool pipe;
	bool full;              /* the one reader, who shares pages with us, is slow */
	size_t size;            /* of what was read, in data */
	char data[CHUNK];
} streams[3];                   /* 1 and 2; a terminal's is 1 */

/* From one client at a time to the container. */
static struct { int to; size_t start, end; char data[CHUNK]; } input;

static bool is_pipe(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* Field by field: the buffers stay untouched, and so without memory, until they are used. */
void connect_streams(void)
{
	bool terminal = state.io & IO_TERMINAL;
	int from[] = { -1, terminal ? fcntl(state.outer[0], F_DUPFD_CLOEXEC, 0) : state.outer[1], terminal ? -1 : state.outer[2] };

	for (int i = 1; i < 3; i++) {
		streams[i].from = from[i];
		streams[i].pipe = is_pipe(from[i]);
	}
	input.to = state.io & IO_STDIN ? state.outer[0] : -1;
}

/*
 * A description of our own, so that not blocking is not forced on others who share the caller's.
 * Files never block, and sockets are asked not to with each call. A fifo with a name keeps its
 * end from who opened it after its last writer had gone. fifo(7), poll(2)
 * Pipes and terminals of another user, whose shell became ours by su(1), and /dev/tty cannot be opened.
 */
static int open_unblocking(int fd, int access, bool *shared)
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
		*shared = true;
	}
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

void resize_to(const struct client *client)
{
	struct winsize size;

	for (int i = 0; i < 3 && state.io & IO_TERMINAL; i++)
		if (client->fd[i] >= 0 && ioctl(client->fd[i], TIOCGWINSZ, &size) == 0) {
			ioctl(streams[1].from, TIOCSWINSZ, &size);
			return;
		}
}

static void make_raw(struct client *client)
{
	struct termios raw;

	if (client->fd[0] < 0 || tcgetattr(client->fd[0], &client->terminal) < 0)
		return;
	raw = client->terminal;
	cfmakeraw(&raw);
	client->raw = tcsetattr(client->fd[0], TCSANOW, &raw) == 0;
}

/* Attaches those of its streams that `which` has the bits of; the keys that detach it are hexadecimal. */
void attach_client(struct client *client, const int fd[3], unsigned which, const char *keys)
{
	bool terminal = state.io & IO_TERMINAL;

	for (int i = 0; i < 3; i++) {
		bool wanted = which >> i & 1 && (i ? streams[i].from >= 0 : input.to >= 0);

		client->shared[i] = false;
		client->fd[i] = wanted ? open_unblocking(fd[i], i ? O_WRONLY : O_RDONLY, &client->shared[i]) : -1;
		client->pipe[i] = is_pipe(client->fd[i]);
		client->taken[i] = streams[i].size;
		if (i && client->pipe[i] && streams[i].pipe)
			fcntl(streams[i].from, F_SETPIPE_SZ, PIPE_SIZE);        /* refused to who has many pipes; it is no more than speed */
	}
	client->key_count = client->matched = 0;
	while (terminal && client->key_count < MAX_KEYS && sscanf(keys, "%2hhx", &client->keys[client->key_count]) == 1) {
		client->key_count++;
		keys += 2;
	}
	if (terminal)
		make_raw(client);
	resize_to(client);
}

/* Its streams are no longer the container's. The terminal is as it was. */
void detach_client(struct client *client)
{
	if (client->raw)
		tcsetattr(client->fd[0], TCSANOW, &client->terminal);
	client->raw = false;
	for (int i = 0; i < 3; i++)
		close_fd(&client->fd[i]);
	for (int i = 1; i < 3; i++)
		streams[i].full = false;
}

/* write(2) and read(2) that block on no socket: where the other side is slow, it is the only one that waits. */
static ssize_t write_now(int fd, const char *data, size_t size)
{
	ssize_t done = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);

	return done < 0 && errno == ENOTSOCK ? write(fd, data, size) : done;
}

static void wake(int number) { (void)number; }

/* write(2) to what may block: a timer ends it, again and again, as it may fire too early. A terminal that is said to have room may have too little. */
static ssize_t write_shared(int fd, const char *data, size_t size)
{
	const struct itimerval often = { { 0, PATIENCE_US }, { 0, PATIENCE_US } }, never = { 0 };
	sigset_t alarm;
	ssize_t done;

	if (poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, 0) == 0)
		return errno = EAGAIN, -1;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = wake }, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
	done = write(fd, data, size);
	setitimer(ITIMER_REAL, &never, NULL);
	sigprocmask(SIG_BLOCK, &alarm, NULL);   /* after that: one that is pending would be the container's */
	return done;
}

static ssize_t read_now(int fd, char *data, size_t size)
{
	ssize_t got = recv(fd, data, size, MSG_DONTWAIT);

	return got < 0 && errno == ENOTSOCK ? read(fd, data, size) : got;
}

static bool is_later(void) { return errno == EAGAIN || errno == EINTR; }

/* As in a pipeline: when our caller's reader has gone, the container learns it by its own next write. Others just leave. */
static void stream_broken(struct client *client, int i)
{
	if (errno != EPIPE)
		client->lost = errno;
	close_fd(&client->fd[i]);
	streams[i].full = false;
	if (client == clients && !(state.io & IO_TERMINAL))
		close_fd(&streams[i].from);
}

static bool owes(const struct client *client, int i)
{
	return client->fd[i] >= 0 && client->taken[i] < streams[i].size;
}

static void write_to(struct client *client, int i)
{
	while (owes(client, i)) {
		ssize_t (*const write_some)(int, const char *, size_t) = client->shared[i] ? write_shared : write_now;
		ssize_t done = write_some(client->fd[i], streams[i].data + client->taken[i], streams[i].size - client->taken[i]);
		if (done < 0 && is_later())
			return;
		if (done < 0)
			stream_broken(client, i);
		else
			client->taken[i] += done;
	}
}

/* Whether somebody has not taken all of it; else it is done with. */
static bool is_owed(int i)
{
	for (size_t c = 0; c < client_count; c++)
		if (owes(&clients[c], i))
			return true;
	streams[i].size = 0;
	return false;
}

/* The one who reads this stream, where both ends are pipes: its pages are shared, and read only for the log. tee(2) */
static struct client *tee_reader(int i)
{
	struct client *only = NULL;

	for (size_t c = 0; c < client_count; c++)
		if (clients[c].fd[i] >= 0) {
			if (only || !streams[i].pipe || !clients[c].pipe[i])
				return NULL;
			only = &clients[c];
		}
	return only;
}

static void end_stream(int i)
{
	close_fd(&streams[i].from);
	log_write(i, "", 0);
}

/* Carries one chunk and says how much that was: 0 where there is nothing to carry, or not yet. */
static ssize_t read_stream(int i)
{
	struct stream *stream = &streams[i];
	struct client *reader;
	ssize_t got = CHUNK;

	if (stream->from < 0 || stream->full || is_owed(i))
		return 0;
	if ((reader = tee_reader(i))) {
		got = tee(stream->from, reader->fd[i], CHUNK, SPLICE_F_NONBLOCK);
		if (got < 0 && errno == EPIPE)
			return stream_broken(reader, i), 0;
		if (got < 0)    /* no room, or nothing to read */
			return stream->full = poll(&(struct pollfd){ stream->from, POLLIN, 0 }, 1, 0) > 0, 0;
	}
	got = read_now(stream->from, stream->data, got ? got : CHUNK);
	if (got < 0 && is_later())
		return 0;
	if (got <= 0)
		return end_stream(i), 0;
	log_write(i, stream->data, got);
	stream->size = reader ? 0 : got;
	for (size_t c = 0; c < client_count; c++) {
		clients[c].taken[i] = 0;
		write_to(&clients[c], i);
	}
	is_owed(i);
	return got;
}

static void close_input(void)
{
	close_fd(&input.to);
	input.start = input.end = 0;
	for (size_t c = 0; c < client_count; c++)       /* a terminal stays, for the size and for what is shown */
		if (!clients[c].raw)
			close_fd(&clients[c].fd[0]);
}

static void write_input(void)
{
	while (input.start < input.end) {
		ssize_t done = write_now(input.to, input.data + input.start, input.end - input.start);

		if (done < 0 && is_later())
			return;
		if (done < 0)
			return close_input();
		input.start += done;
	}
	input.start = input.end = 0;
}

/* Moves what was typed to the front of the input, but for the keys that detach. True when they are complete. */
static bool sift_keys(struct client *client, const char *typed, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = typed[i];

		if (client->matched && byte != client->keys[client->matched]) {
			memcpy(input.data + input.end, client->keys, client->matched);
			input.end += client->matched;
			client->matched = 0;
		}
		if (byte != client->keys[client->matched])
			input.data[input.end++] = byte;
		else if (++client->matched == client->key_count)
			return true;
	}
	return false;
}

static void read_input(struct client *client)
{
	size_t ahead = client->key_count ? MAX_KEYS : 0;
	ssize_t got = read_now(client->fd[0], input.data + ahead, CHUNK - ahead);
	bool detached = false;

	if (got < 0 && is_later())
		return;
	if (got <= 0) {
		client->raw = false;    /* it has hung up */
		close_fd(&client->fd[0]);
		if (client == clients && !(state.io & IO_TERMINAL))     /* the end of our caller's is the container's */
			close_input();
		return;
	}
	if (ahead)
		detached = sift_keys(client, input.data + ahead, got);
	else
		input.end = got;
	write_input();
	if (detached) {
		detach_client(client);
		say(client, "detached\n");
	}
}

void poll_streams(struct pollfd *polls)
{
	for (int i = 1; i < 3; i++)
		polls[i] = (struct pollfd){ streams[i].full || is_owed(i) ? -1 : streams[i].from, POLLIN, 0 };
	polls[0] = (struct pollfd){ input.end ? input.to : -1, POLLOUT, 0 };
}

void poll_client(const struct client *client, struct pollfd *polls)
{
	polls[0] = (struct pollfd){ input.end || is_gone ? -1 : client->fd[0], POLLIN, 0 };
	for (int i = 1; i < 3; i++)
		polls[i] = (struct pollfd){ streams[i].full || owes(client, i) ? client->fd[i] : -1, POLLOUT, 0 };
}

void carry_streams(const struct pollfd *polls)
{
	if (polls[0].revents)
		write_input();
	for (int i = 1; i < 3; i++)
		if (polls[i].revents)
			read_stream(i);
}

void carry_client(struct client *client, const struct pollfd *polls)
{
	if (polls[0].revents && !input.end && client->fd[0] >= 0)
		read_input(client);
	for (int i = 1; i < 3; i++)
		if (polls[i].revents) {
			streams[i].full = false;
			write_to(client, i);
		}
}

/* What is in the pipes now. More may come for ever, from a process that exec left behind. FIONREAD(2const) */
void note_ends(ssize_t left[3])
{
	int bytes;

	for (int i = 1; i < 3; i++)
		left[i] = streams[i].pipe && streams[i].from >= 0 && ioctl(streams[i].from, FIONREAD, &bytes) == 0 ? bytes : SSIZE_MAX;
}

/* Carries what the container wrote before it ended, as far as its readers take it. Bytes are left to `left`. */
bool drain_some(ssize_t left[3])
{
	ssize_t got;

	for (int i = 1; i < 3; i++) {
		while (left[i] > 0 && (got = read_stream(i)) > 0)
			left[i] -= got;
		if (left[i] <= 0)
			end_stream(i);
	}
	return is_owed(1) || streams[1].full || is_owed(2) || streams[2].full;
}

/* What is not read yet, as another one is slow, is also for who has taken all that was. */
static bool has_more(int i)
{
	struct pollfd from = { streams[i].from, POLLIN, 0 };

	return streams[i].full || (poll(&from, 1, 0) > 0 && from.revents & POLLIN);
}

/* Whether there is something left for this one. */
bool has_pending(const struct client *client)
{
	for (int i = 1; i < 3; i++)
		if (client->fd[i] >= 0 && (owes(client, i) || has_more(i)))
			return true;
	return false;
}
