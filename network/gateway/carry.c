/* Connections: carries both ways until both ends have closed. */
#include "gateway.h"
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIPE_SIZE = 1 << 18, TURNS = 16, EDGES = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
enum { CLIENT, TARGET, SIDES };
enum { KEPT_DESCRIPTORS = 2048 };       /* more than the resolver and requests may have at once */
enum { HASTE_SECONDS = 1, HASTE_PROBES = 3, HASTE_MS = 5000 };

/* One direction: from the side of its number to the other. */
struct way {
	char *rest;             /* what was read and is not taken yet; in the pipe, where there is one */
	size_t start, left;
	int pipe[2];            /* for those who send much: pages move through it. splice(2) */
	bool has_pipe, has_ended, is_done;
};

static struct connection {
	struct side { struct source source; struct connection *connection; bool hung_up, is_dead; } side[SIDES];
	struct way way[SIDES];
	struct connection *next, *previous, *next_busy;
	struct member *member;          /* NULL when it has ended */
	struct forward *forward;        /* NULL when it is no longer published */
	bool is_connected, is_busy, is_over;
} *connections, *busy;

static size_t count, descriptors;

size_t connection_count(void) { return count; }

/*
 * Callers leave descriptors for requests and names; and, however many there are, for those of others: no port has more
 * than it leaves, and no member more than twice as many.
 */
bool has_room(const struct forward *forward)
{
	size_t kept = descriptor_limit > 4 * KEPT_DESCRIPTORS ? KEPT_DESCRIPTORS : descriptor_limit / 2;
	size_t taken = kept + descriptors + flow_count(), left = taken < descriptor_limit ? descriptor_limit - taken : 0;
	bool is_fair = !forward || forward->is_relay || (forward->held + SIDES <= left && forward->member->held + SIDES <= 2 * left);

	return left >= SIDES && is_fair ? true : (errno = EMFILE, false);
}

static void hold(struct connection *connection, int more)
{
	descriptors += more;
	if (connection->member)
		connection->member->held += more;
	if (connection->forward)
		connection->forward->held += more;
}

/* A reset overtakes what is not sent yet, as it would without us; but nobody takes a part for the whole. */
static void end_connection(struct connection *connection, bool reset)
{
	const struct linger now = { 1, 0 };

	connection->is_over = true;
	for (int i = 0; i < SIDES; i++) {
		struct way *way = &connection->way[i];

		if (reset)
			setsockopt(connection->side[i].source.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		unwatch(&connection->side[i].source);
		free(way->rest);
		if (way->has_pipe) {
			close(way->pipe[0]);
			close(way->pipe[1]);
			hold(connection, -2);
		}
	}
	if (connection->next)
		connection->next->previous = connection->previous;
	*(connection->previous ? &connection->previous->next : &connections) = connection->next;
	count--;
	hold(connection, -SIDES);
	if (!connection->is_busy)
		discard(&connection->side[0].source);
}

/* 1 when the other side has taken all that was read, 0 when it has to be waited for, -1 when it takes nothing more. */
static int deliver(struct way *way, int to)
{
	while (way->left) {
		ssize_t put = way->has_pipe ? splice(way->pipe[0], NULL, to, NULL, way->left, SPLICE_F_MOVE | SPLICE_F_NONBLOCK)
					    : send(to, way->rest + way->start, way->left, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == EAGAIN ? 0 : -1;
		way->start += put;
		way->left -= put;
	}
	free(way->rest);
	way->rest = NULL;
	return 1;
}

static void open_pipe(struct connection *connection, struct way *way)
{
	if (!has_room(connection->forward) || pipe2(way->pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		return;         /* it goes on as it is */
	way->has_pipe = true;
	hold(connection, 2);
	fcntl(way->pipe[1], F_SETPIPE_SZ, PIPE_SIZE);   /* refused to who has many pipes; it is no more than speed */
}

/* Reads once and writes what the other side takes. What read(2) returns; what is gone is nobody's loss when the other side is. */
static ssize_t take(struct connection *connection, struct way *way, int from, int to)
{
	ssize_t got, put;

	if (way->has_pipe) {
		got = splice(from, NULL, way->pipe[1], NULL, PIPE_SIZE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		way->left = got > 0 ? got : 0;
		return got;
	}
	got = read(from, buffer, BUFFER);
	if (got <= 0)
		return got;
	put = send(to, buffer, got, MSG_NOSIGNAL);
	if (put < 0 && errno != EAGAIN && errno != EINTR) {
		way->is_done = true;
		return got;
	}
	put = put < 0 ? 0 : put;
	if (put < got) {
		if (!(way->rest = malloc(got - put)))
			return -1;
		memcpy(way->rest, buffer + put, got - put);
		way->start = 0;
		way->left = got - put;
	} else if (got == BUFFER)
		open_pipe(connection, way);
	return got;
}

static void be_busy(struct connection *connection)
{
	if (connection->is_busy)
		return;
	connection->is_busy = true;
	connection->next_busy = busy;
	busy = connection;
}

/* Carries from side i for as long as that goes, or for a while. False where the connection is broken. */
static bool carry(struct connection *connection, int i)
{
	struct way *way = &connection->way[i];
	struct side *from = &connection->side[i];
	int to = connection->side[!i].source.fd;

	for (int turn = 0; turn < TURNS; turn++) {
		int delivered = way->is_done ? 0 : deliver(way, to);
		ssize_t got;

		if (delivered <= 0) {
			way->is_done |= delivered < 0;
			return true;
		}
		if (way->has_ended) {
			shutdown(to, SHUT_WR);
			way->is_done = true;
			return true;
		}
		got = take(connection, way, from->source.fd, to);
		if (got == 0)
			way->has_ended = true;
		else if (got < 0 && errno != EINTR)
			return errno == EAGAIN;
		else if (got > 0 && got < BUFFER && !way->has_pipe && !way->left && !from->hung_up)
			return true;    /* there was no more: the next event tells. epoll(7), "Questions and answers" 9 */
	}
	be_busy(connection);
	return true;
}

/* What a side sent before it was gone is delivered; to tell it something is over then. */
static void settle(struct connection *connection, bool is_fine)
{
	for (int i = 0; i < SIDES; i++)
		connection->way[!i].is_done |= connection->side[i].is_dead && connection->way[i].is_done;
	if (!is_fine || (connection->way[CLIENT].is_done && connection->way[TARGET].is_done))
		end_connection(connection, !is_fine);
}

/* Whether connecting has succeeded; until then nothing is read. */
static bool is_connected(struct connection *connection)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (!connection->is_connected)
		getsockopt(connection->side[TARGET].source.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	connection->is_connected |= !error;
	return connection->is_connected;
}

static void attend(struct source *source, uint32_t events)
{
	struct side *side = (struct side *)source;
	struct connection *connection = side->connection;
	int i = side - connection->side;
	bool was_connected = connection->is_connected, fine;

	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		side->hung_up = true;
	side->is_dead |= (events & EPOLLHUP) != 0;
	if (!was_connected && i == CLIENT)
		return;
	fine = is_connected(connection);
	if (fine && events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		fine = carry(connection, i);
	if (fine && (!was_connected || connection->way[!i].left || events & (EPOLLHUP | EPOLLERR)))
		fine = carry(connection, !i);
	settle(connection, fine);
}

/* Both descriptors are the connection's, or closed. */
int carry_between(int client, int target, struct forward *forward)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	const int fd[] = { client, target };
	int error;

	if (!connection) {
		close(client);
		close(target);
		return errno = ENOMEM, -1;
	}
	connection->member = forward->member;
	connection->forward = forward;
	if ((connection->next = connections))
		connections->previous = connection;
	connections = connection;
	count++;
	hold(connection, SIDES);
	for (int i = 0; i < SIDES; i++)
		connection->side[i] = (struct side){ .source = { attend, fd[i] }, .connection = connection };
	if (watch(&connection->side[CLIENT].source, client, attend, EDGES) == 0 && watch(&connection->side[TARGET].source, target, attend, EDGES) == 0)
		return 0;
	error = errno;
	end_connection(connection, true);
	return errno = error, -1;
}

/* Turns to those that had more to carry than their share; whether there still are some. */
bool carry_on(void)
{
	struct connection *now = busy;

	busy = NULL;
	while (now) {
		struct connection *connection = now;

		now = connection->next_busy;
		connection->is_busy = false;
		if (connection->is_over)
			discard(&connection->side[0].source);
		else
			settle(connection, carry(connection, CLIENT) && carry(connection, TARGET));
	}
	return busy;
}

/* Those that run go on, and are nobody's. */
void forget_forward(const struct forward *forward)
{
	for (struct connection *at = connections; at; at = at->next)
		if (at->forward == forward)
			at->forward = NULL;
}

/* Of a member that has ended nothing may be left to answer: the kernel finds out soon. tcp(7) */
void hasten_connections(const struct member *member)
{
	const int yes = 1, seconds = HASTE_SECONDS, probes = HASTE_PROBES, patience_ms = HASTE_MS;

	for (struct connection *at = connections; at; at = at->next) {
		int fd = at->side[TARGET].source.fd;

		if (at->member != member)
			continue;
		at->member = NULL;
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
		setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds));
		setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof(seconds));
		setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof(patience_ms));
	}
}
