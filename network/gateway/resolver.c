/* DNS over UDP: answers what is of members, asks upstream for the rest. */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_PENDING = 1024, MAX_PENDING_OF_ONE = 256, AT_ONCE = 64, SILENCE_MS = 2000, PATIENCE_MS = 5000 };

/* A query that was sent upstream, from a socket of its own: nobody guesses its port and its id. RFC 5452 */
static struct pending {
	struct source source;
	struct pending *next, *previous;
	struct port *port;
	union peer client;
	uint16_t id;            /* that we gave it */
	int64_t asked, born;
	size_t upstream, failures;
	size_t size, question_end;
	unsigned char query[];
} *pendings;

static size_t pending_count;

static void reply(struct pending *pending, unsigned char *message, size_t size)
{
	memcpy(message, pending->query, 2);
	sendto(pending->port->source.fd, message, size, MSG_DONTWAIT, &pending->client.any, sizeof(pending->client));
}

static void end_pending(struct pending *pending)
{
	if (pending->next)
		pending->next->previous = pending->previous;
	*(pending->previous ? &pending->previous->next : &pendings) = pending->next;
	pending_count--;
	waiting--;
	unwatch(&pending->source);
	discard(&pending->source);
}

static void fail_pending(struct pending *pending)
{
	unsigned char answer[MAX_QUERY];

	reply(pending, answer, answer_failure(pending->query, pending->question_end, RCODE_SERVER, answer));
	end_pending(pending);
}

static void hear(struct source *source, uint32_t events);

static int send_query(struct pending *pending)
{
	pending->asked = now_ms();
	memcpy(buffer, pending->query, pending->size);
	memcpy(buffer, &pending->id, 2);
	return send(pending->source.fd, buffer, pending->size, MSG_DONTWAIT) < 0 ? -1 : 0;
}

static int ask_upstream(struct pending *pending, const struct address *upstream)
{
	union peer peer;
	socklen_t size = peer_at(&peer, upstream, DNS_PORT);
	int fd = socket(upstream->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	unwatch(&pending->source);
	if (fd < 0 || watch(&pending->source, fd, hear, EPOLLIN) < 0 || connect(fd, &peer.any, size) < 0)
		return -1;
	return send_query(pending);
}

/* Asks the next upstream, or the only one again; fails once none of them can be reached. */
static void ask(struct pending *pending)
{
	size_t count;
	struct address client = address_of(&pending->client);
	const struct address *upstream = upstreams_for(pending->port->server, &client, &count);

	for (; pending->failures < count; pending->failures++) {
		if (pending->source.fd >= 0 && count == 1) {
			if (send_query(pending) == 0)
				return;
		} else if (ask_upstream(pending, &upstream[pending->upstream++ % count]) == 0)
			return;
	}
	fail_pending(pending);
}

static void hear(struct source *source, uint32_t events)
{
	struct pending *pending = (struct pending *)source;
	ssize_t got = recv(source->fd, buffer, BUFFER, MSG_DONTWAIT);

	(void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {          /* nobody listens there: ICMP says so */
		pending->failures++;
		unwatch(source);
		ask(pending);
	} else if (got >= 2 && !memcmp(buffer, &pending->id, 2) &&
		   answers((unsigned char *)buffer, got, pending->query, pending->question_end)) {
		struct address client = address_of(&pending->client);

		learn(find_asker(pending->port->server->device, &client), (unsigned char *)buffer, got);
		reply(pending, (unsigned char *)buffer, got);
		end_pending(pending);
	}
}

/* No container takes all places; nor does one that has many addresses: no network takes more than it leaves. */
static bool has_place(const struct server *server, const struct address *client)
{
	size_t of_network = 0, of_one = 0;

	for (struct pending *at = pendings; at; at = at->next) {
		struct address other = address_of(&at->client);

		of_network += at->port->server == server;
		of_one += same_address(&other, client);
	}
	return of_network < MAX_PENDING - pending_count && of_one < MAX_PENDING_OF_ONE;
}

static void pass_on(struct port *port, const union peer *client, const struct address *source, const unsigned char *query, size_t size)
{
	struct pending *pending = has_place(port->server, source) ? calloc(1, sizeof(*pending) + size) : NULL;

	if (!pending)
		return;         /* it asks again */
	*pending = (struct pending){ .port = port, .client = *client, .size = size, .question_end = question_end(query, size), .born = now_ms(), .next = pendings };
	pending->source.fd = -1;
	memcpy(pending->query, query, size);
	if (pendings)
		pendings->previous = pending;
	pendings = pending;
	pending_count++;
	waiting++;
	if (getrandom(&pending->id, sizeof(pending->id), 0) != sizeof(pending->id))
		fail_pending(pending);
	else
		ask(pending);
}

void listen_to_queries(struct source *source, uint32_t events)
{
	struct port *port = (struct port *)source;
	unsigned char query[MAX_QUERY], answer[MAX_QUERY];

	(void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		union peer client = { 0 };
		socklen_t length = sizeof(client);
		ssize_t got = recvfrom(source->fd, query, sizeof(query), MSG_DONTWAIT | MSG_TRUNC, &client.any, &length), size;
		struct address address = address_of(&client);

		if (got < 0)
			return;
		if (got > MAX_QUERY)
			continue;
		size = answer_query(port->server, &address, query, got, true, answer);
		if (size > 0)
			sendto(source->fd, answer, size, MSG_DONTWAIT, &client.any, length);
		else if (size == ANSWER_ELSEWHERE)
			pass_on(port, &client, &address, query, got);
	}
}

/* Nobody is left to be answered from there. */
void end_pendings(const struct server *server)
{
	for (struct pending *at = pendings, *next; at; at = next) {
		next = at->next;
		if (at->port->server == server)
			end_pending(at);
	}
}

/* A silent upstream gives way to the next; in the end its asker is told. */
void resolver_tick(int64_t now)
{
	for (struct pending *at = pendings, *next; at; at = next) {
		next = at->next;
		if (now - at->born >= PATIENCE_MS)
			fail_pending(at);
		else if (now - at->asked >= SILENCE_MS)
			ask(at);
	}
}
