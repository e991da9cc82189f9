/* Published UDP ports on the host's loopback: a socket of its own for each peer that calls, from which answers come back. */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IDLE_MS
#define IDLE_MS 60000
#endif

enum { MAX_FLOWS = 1024, AT_ONCE = 64 };

/* What one peer says to a port. Those that were last used are first. */
static struct flow {
	struct source source;   /* connected with the container */
	struct flow *next, *previous;
	struct forward *relay;
	union peer peer;
	socklen_t peer_size;
	int64_t used;
} *newest, *oldest;

static size_t count;

size_t flow_count(void) { return count; }

static void take_out(struct flow *flow)
{
	*(flow->previous ? &flow->previous->next : &newest) = flow->next;
	*(flow->next ? &flow->next->previous : &oldest) = flow->previous;
}

static void put_first(struct flow *flow)
{
	flow->used = now_ms();
	flow->previous = NULL;
	flow->next = newest;
	*(newest ? &newest->previous : &oldest) = flow;
	newest = flow;
}

static void end_flow(struct flow *flow)
{
	take_out(flow);
	flow->relay->held--;
	count--;
	waiting--;
	unwatch(&flow->source);
	discard(&flow->source);
}

/* An error is what ICMP said of an earlier datagram; reading it takes it away. udp(7) */
static void bring_back(struct source *source, uint32_t events)
{
	struct flow *flow = (struct flow *)source;

	(void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		ssize_t got = recv(source->fd, buffer, BUFFER, MSG_DONTWAIT);

		if (got < 0 && errno == EAGAIN)
			break;
		if (got >= 0)
			sendto(flow->relay->source.fd, buffer, got, MSG_DONTWAIT, &flow->peer.any, flow->peer_size);
	}
	take_out(flow);
	put_first(flow);
}

static struct flow *find_flow(const struct forward *relay, const union peer *peer, socklen_t size)
{
	for (struct flow *at = newest; at; at = at->next)
		if (at->relay == relay && at->peer_size == size && !memcmp(&at->peer, peer, size))
			return at;
	return NULL;
}

static struct flow *oldest_of(const struct forward *relay)
{
	struct flow *at = oldest;

	while (at && at->relay != relay)
		at = at->previous;
	return at ? at : oldest;
}

/* Who has been silent for longest makes room, of the same relay where that has more than it leaves to others. NULL with errno where there are no means, or the container has no address. */
static struct flow *make_flow(struct forward *relay, const union peer *peer, socklen_t size)
{
	struct flow *flow;
	int fd;

	while (oldest && (relay->held >= MAX_FLOWS - count || !has_room(relay)))
		end_flow(oldest_of(relay));
	if (!has_room(relay) || (fd = connect_for(relay, peer)) < 0)
		return NULL;
	if (!(flow = calloc(1, sizeof(*flow)))) {
		close(fd);
		return errno = ENOMEM, NULL;
	}
	*flow = (struct flow){ .relay = relay, .peer = *peer, .peer_size = size };
	put_first(flow);
	relay->held++;
	count++;
	waiting++;
	if (watch(&flow->source, fd, bring_back, EPOLLIN) == 0)
		return flow;
	end_flow(flow);
	return NULL;
}

/* What cannot be passed on now is lost, as it is with UDP. */
void relay_callers(struct source *source, uint32_t events)
{
	struct forward *relay = (struct forward *)source;

	if (events & EPOLLHUP) {        /* who has it, too, has shut it down */
		unwatch_shared(source);
		return;
	}
	for (int i = 0; i < AT_ONCE; i++) {
		union peer peer = { 0 };
		socklen_t size = sizeof(peer);
		ssize_t got = recvfrom(source->fd, buffer, BUFFER, MSG_DONTWAIT, &peer.any, &size);
		struct flow *flow;

		if (got < 0)
			return;
		flow = find_flow(relay, &peer, size);
		if (flow) {
			take_out(flow);
			put_first(flow);
		} else if (!(flow = make_flow(relay, &peer, size))) {
			if (is_short_of_means())
				note("a published port cannot relay");
			continue;
		}
		/* the error of an earlier datagram is told in place of sending this one */
		if (send(flow->source.fd, buffer, got, MSG_DONTWAIT) < 0 && errno != EAGAIN)
			send(flow->source.fd, buffer, got, MSG_DONTWAIT);
	}
}

void relay_tick(int64_t now)
{
	while (oldest && now - oldest->used >= IDLE_MS)
		end_flow(oldest);
}

/* Nobody is left to be answered from there. */
void end_flows(const struct forward *relay)
{
	for (struct flow *at = newest, *next; at; at = next) {
		next = at->next;
		if (at->relay == relay)
			end_flow(at);
	}
}
