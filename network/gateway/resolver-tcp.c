/* DNS over TCP: one query at a time, answered by us or carried to an upstream. RFC 7766 */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_DIALOGUES = 64, MAX_DIALOGUES_OF_ONE = 16, SILENCE_MS = 3000, PATIENCE_MS = 10000, AT_ONCE = 64, EDGES = EPOLLIN | EPOLLOUT | EPOLLET };
enum { PREFIX = 2, MAX_MESSAGE = PREFIX + 0xffff };     /* the size before each message */
enum phase { QUERY, ASK, HEAR, TELL };

static struct dialogue {
	struct end { struct source source; struct dialogue *dialogue; } client, upstream;
	struct dialogue *next, *previous;
	struct port *port;
	struct address peer;
	int64_t since, asked;
	size_t upstreams_tried;
	enum phase phase;
	size_t at, size;        /* of what is read or written */
	size_t query_size;      /* kept while it is asked */
	unsigned char query[PREFIX + MAX_QUERY];
	unsigned char *message; /* the answer */
} *dialogues;

static size_t dialogue_count;

static void end_dialogue(struct dialogue *dialogue)
{
	if (dialogue->next)
		dialogue->next->previous = dialogue->previous;
	*(dialogue->previous ? &dialogue->previous->next : &dialogues) = dialogue->next;
	dialogue_count--;
	waiting--;
	unwatch(&dialogue->client.source);
	unwatch(&dialogue->upstream.source);
	free(dialogue->message);
	discard(&dialogue->client.source);
}

/* 1 when all of it has been read or written, 0 when that has to wait, -1 when the other end is gone. */
static int exchange(struct dialogue *dialogue, int fd, unsigned char *bytes)
{
	bool writes = dialogue->phase == ASK || dialogue->phase == TELL;

	while (dialogue->at < dialogue->size) {
		size_t left = dialogue->size - dialogue->at;
		ssize_t done = writes ? send(fd, bytes + dialogue->at, left, MSG_NOSIGNAL) : recv(fd, bytes + dialogue->at, left, 0);

		if (done < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN))
			return 0;
		if (done <= 0)
			return -1;
		dialogue->at += done;
	}
	return 1;
}

static void turn_to(struct dialogue *dialogue, enum phase phase, size_t size)
{
	dialogue->phase = phase;
	dialogue->at = 0;
	dialogue->size = size;
}

static bool tell(struct dialogue *dialogue, const unsigned char *answer, ssize_t size)
{
	if (size <= 0 || !(dialogue->message || (dialogue->message = malloc(MAX_MESSAGE))))
		return false;
	memcpy(dialogue->message + PREFIX, answer, size);
	dialogue->message[0] = size >> 8;
	dialogue->message[1] = size;
	turn_to(dialogue, TELL, PREFIX + size);
	return true;
}

static void listen_to_upstream(struct source *source, uint32_t events);

/* Turns to the next upstream that can be tried, and to the client where there is none. */
static bool ask_next(struct dialogue *dialogue)
{
	unsigned char answer[MAX_QUERY];
	const unsigned char *query = dialogue->query + PREFIX;
	size_t count;
	const struct address *upstream = upstreams_for(dialogue->port->server, &dialogue->peer, &count);

	while (dialogue->upstreams_tried < count) {
		union peer peer;
		socklen_t size = peer_at(&peer, &upstream[dialogue->upstreams_tried], DNS_PORT);
		int fd = socket(upstream[dialogue->upstreams_tried++].family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		unwatch(&dialogue->upstream.source);
		dialogue->asked = now_ms();
		if (fd < 0)
			continue;
		if (connect(fd, &peer.any, size) < 0 && errno != EINPROGRESS) {
			close(fd);
			continue;
		}
		if (watch(&dialogue->upstream.source, fd, listen_to_upstream, EDGES) < 0)
			continue;
		turn_to(dialogue, ASK, dialogue->query_size);
		return true;
	}
	unwatch(&dialogue->upstream.source);
	return tell(dialogue, answer, answer_failure(query, question_end(query, dialogue->query_size - PREFIX), RCODE_SERVER, answer));
}

/* A message begins with its size: true when there is more of it to read. */
static bool learns_size(struct dialogue *dialogue, const unsigned char *bytes)
{
	if (dialogue->size > PREFIX)
		return false;
	dialogue->size = PREFIX + (bytes[0] << 8 | bytes[1]);
	return true;
}

static bool take_query(struct dialogue *dialogue)
{
	unsigned char answer[MAX_QUERY];
	ssize_t size;

	if (learns_size(dialogue, dialogue->query))
		return dialogue->size > PREFIX && dialogue->size <= sizeof(dialogue->query);
	dialogue->query_size = dialogue->size;
	dialogue->upstreams_tried = 0;
	size = answer_query(dialogue->port->server, &dialogue->peer, dialogue->query + PREFIX, dialogue->size - PREFIX, false, answer);
	return size == ANSWER_ELSEWHERE ? ask_next(dialogue) : tell(dialogue, answer, size);
}

static bool take_answer(struct dialogue *dialogue)
{
	const unsigned char *query = dialogue->query + PREFIX, *answer = dialogue->message + PREFIX;

	if (learns_size(dialogue, dialogue->message))
		return dialogue->size > PREFIX || ask_next(dialogue);
	if (memcmp(answer, query, 2) || !answers(answer, dialogue->size - PREFIX, query, question_end(query, dialogue->query_size - PREFIX)))
		return ask_next(dialogue);
	learn(find_asker(dialogue->port->server->device, &dialogue->peer), answer, dialogue->size - PREFIX);
	unwatch(&dialogue->upstream.source);
	turn_to(dialogue, TELL, dialogue->size);
	return true;
}

/* What comes after a phase that is complete; false where the dialogue is over. */
static bool advance(struct dialogue *dialogue)
{
	switch (dialogue->phase) {
	case QUERY:
		return take_query(dialogue);
	case ASK:
		turn_to(dialogue, HEAR, PREFIX);
		return dialogue->message || (dialogue->message = malloc(MAX_MESSAGE));
	case HEAR:
		return take_answer(dialogue);
	case TELL:
		dialogue->since = now_ms();
		turn_to(dialogue, QUERY, PREFIX);
	}
	return true;
}

/* Goes on for as long as nobody has to be waited for, or for a while. */
static void go_on(struct dialogue *dialogue)
{
	for (int turn = 0; turn < AT_ONCE; turn++) {
		bool upstream = dialogue->phase == ASK || dialogue->phase == HEAR;
		int fd = upstream ? dialogue->upstream.source.fd : dialogue->client.source.fd;
		bool query = dialogue->phase == QUERY || dialogue->phase == ASK;
		int done = exchange(dialogue, fd, query ? dialogue->query : dialogue->message);

		if (done == 0)
			return;
		if (done > 0 ? advance(dialogue) : upstream && ask_next(dialogue))
			continue;
		end_dialogue(dialogue);
		return;
	}
	rewatch(&dialogue->client.source, EDGES);       /* it is told of again, after others */
}

static void listen_to_client(struct source *source, uint32_t events)
{
	struct dialogue *dialogue = ((struct end *)source)->dialogue;

	if (events & (EPOLLERR | EPOLLHUP))
		end_dialogue(dialogue);
	else
		go_on(dialogue);
}

static void listen_to_upstream(struct source *source, uint32_t events)
{
	(void)events;
	go_on(((struct end *)source)->dialogue);
}

/* As of those who ask over UDP. */
static bool has_place(const struct server *server, const struct address *peer)
{
	size_t of_network = 0, of_one = 0;

	for (struct dialogue *at = dialogues; at; at = at->next) {
		of_network += at->port->server == server;
		of_one += same_address(&at->peer, peer);
	}
	return of_network < MAX_DIALOGUES - dialogue_count && of_one < MAX_DIALOGUES_OF_ONE;
}

static void begin_dialogue(struct port *port, int fd, const struct address *peer)
{
	struct dialogue *dialogue = has_place(port->server, peer) ? calloc(1, sizeof(*dialogue)) : NULL;

	if (!dialogue) {
		close(fd);
		return;
	}
	dialogue->client.dialogue = dialogue->upstream.dialogue = dialogue;
	dialogue->upstream.source.fd = -1;
	dialogue->port = port;
	dialogue->peer = *peer;
	dialogue->since = now_ms();
	turn_to(dialogue, QUERY, PREFIX);
	if ((dialogue->next = dialogues))
		dialogues->previous = dialogue;
	dialogues = dialogue;
	dialogue_count++;
	waiting++;
	if (watch(&dialogue->client.source, fd, listen_to_client, EDGES) < 0)
		end_dialogue(dialogue);
}

void greet_dialogue(struct source *source, uint32_t events)
{
	(void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		union peer peer = { 0 };
		socklen_t length = sizeof(peer);
		int fd = accept4(source->fd, &peer.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct address address = address_of(&peer);

		if (fd < 0 && is_short_of_means())
			rest(source, "a resolver waits");
		if (fd < 0)
			return;
		begin_dialogue((struct port *)source, fd, &address);
	}
}

void end_dialogues(const struct server *server)
{
	for (struct dialogue *at = dialogues, *next; at; at = next) {
		next = at->next;
		if (at->port->server == server)
			end_dialogue(at);
	}
}

void dialogues_tick(int64_t now)
{
	for (struct dialogue *at = dialogues, *next; at; at = next) {
		bool asks = at->phase == ASK || at->phase == HEAR;

		next = at->next;
		if (now - at->since >= PATIENCE_MS)
			end_dialogue(at);
		else if (asks && now - at->asked >= SILENCE_MS) {
			if (ask_next(at))
				go_on(at);
			else
				end_dialogue(at);
		}
	}
}
