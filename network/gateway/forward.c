/* Published TCP ports: accepts on a socket of the host's namespace, connects in ours with the address of who called. */
#include "gateway.h"
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 64, ELSEWHERE_PORT = 9, RELAY_WORDS = 6 };
enum { SET_IP_TRANSPARENT = 19, SET_IPV6_TRANSPARENT = 75, SET_BIND_NO_PORT = 24 };     /* ip(7); not in every libc's headers */

struct forward *forwards;

/* The end of a connection that the gateway makes. */
struct origin {
	const struct address *target, *source;
	uint16_t target_port, source_port;      /* source_port 0: any */
	int type;
};

/* The address that this namespace has towards the outside; it may come late. 192.0.2.1 is nobody's. RFC 5737 */
static bool find_own_address(struct address *own)
{
	union peer peer;
	struct address outside;
	socklen_t size;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	parse_address("192.0.2.1", AF_INET, &outside);
	size = peer_at(&peer, &outside, ELSEWHERE_PORT);
	if (fd >= 0 && connect(fd, &peer.any, size) == 0 && getsockname(fd, &peer.any, &size) == 0)
		*own = address_of(&peer);
	close(fd);
	return own->family != 0;
}

/* Connecting begins; -1 with errno where it cannot. */
static int connect_once(const struct origin *origin)
{
	const int yes = 1;
	union peer to, from;
	socklen_t size = peer_at(&to, origin->target, origin->target_port);
	bool v6 = origin->target->family == AF_INET6;
	int fd = socket(origin->target->family, origin->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -1;
	if (origin->type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (origin->source->family) {
		setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? SET_IPV6_TRANSPARENT : SET_IP_TRANSPARENT, &yes, sizeof(yes));
		if (origin->source_port)
			setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
		else
			setsockopt(fd, IPPROTO_IP, SET_BIND_NO_PORT, &yes, sizeof(yes));
		if (bind(fd, &from.any, peer_at(&from, origin->source, origin->source_port)) < 0)
			goto fail;
	}
	if (connect(fd, &to.any, size) == 0 || errno == EINPROGRESS)
		return fd;
fail:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* To where this peer's connection goes, and from which address it seems to come. */
int connect_for(struct forward *forward, const union peer *peer)
{
	struct address caller = address_of(peer);
	int family = caller.family == AF_INET6 ? V6 : V4, fd;
	bool keeps = !forward->is_relay && !is_here_only(&caller) && !is_in_prefix(&caller, &forward->prefix, forward->prefix_bits);
	struct origin origin = { .target_port = forward->port, .type = forward->is_relay ? SOCK_DGRAM : SOCK_STREAM };

	if (forward->is_automatic && !forward->target[V4].family && !find_own_address(&forward->target[V4]) && family == V4)
		return -1;
	if (!forward->target[family].family) {
		family = !family;
		keeps = false;
	}
	origin.target = &forward->target[family];
	origin.source = keeps ? &caller : &forward->fallback[family];
	if (!origin.target->family)
		return errno = ENETUNREACH, -1;
	if (keeps)
		origin.source_port = ntohs(peer->any.sa_family == AF_INET ? peer->v4.sin_port : peer->v6.sin6_port);
	fd = connect_once(&origin);
	if (fd < 0 && origin.source_port && (errno == EADDRINUSE || errno == EADDRNOTAVAIL)) {
		origin.source_port = 0;
		fd = connect_once(&origin);
	}
	return fd;
}

static void refuse(int fd)
{
	const struct linger reset = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static void accept_callers(struct source *source, uint32_t events)
{
	struct forward *forward = (struct forward *)source;

	if (events & EPOLLHUP) {        /* who has it, too, has shut it down */
		unwatch_shared(source);
		return;
	}
	for (int i = 0; i < AT_ONCE; i++) {
		union peer peer = { 0 };
		socklen_t size = sizeof(peer);
		int client = has_room(forward) ? accept4(source->fd, &peer.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1, target;

		if (client < 0 && errno == ECONNABORTED)
			continue;
		target = client < 0 ? -1 : connect_for(forward, &peer);
		if (target >= 0 && carry_between(client, target, forward) == 0)
			continue;
		if (is_short_of_means())
			rest(source, "a published port waits");
		if (client >= 0 && target < 0)
			refuse(client);
		if (client < 0 || source->is_resting)
			return;
	}
}

static int parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*port = number;
	return *text >= '0' && *text <= '9' && !*end && number && number <= 0xffff ? 0 : (errno = EINVAL, -1);
}

static int option_of(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

static bool is_fit(int fd, bool is_relay)
{
	int domain = option_of(fd, SO_DOMAIN);

	if (domain != AF_INET && domain != AF_INET6)
		return false;
	return is_relay ? option_of(fd, SO_PROTOCOL) == IPPROTO_UDP : option_of(fd, SO_ACCEPTCONN) == 1;
}

/* Accepted sockets inherit these; nobody else shall have what comes to one of UDP. socket(7), SO_REUSEADDR */
static int set_options(int fd, bool is_relay)
{
	const int yes = 1, no = 0;

	if (is_relay)
		return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &no, sizeof(no));
	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) < 0 ? -1 : setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
}

/* LABEL TARGET4 TARGET6 PORT FALLBACK4 FALLBACK6 PREFIX4, without PREFIX4 a relay, and the socket, which is the forward's when there is one. */
int prepare_forward(struct forward **made, struct member *member, char *const word[], size_t count, int fd)
{
	struct forward *forward = calloc(1, sizeof(*forward));

	if (!(*made = forward))
		return -1;
	forward->member = member;
	forward->is_relay = count == RELAY_WORDS;
	forward->is_automatic = !strcmp(word[1], "auto");
	strcpy(forward->label, word[0]);
	if (watch(&forward->source, fd, forward->is_relay ? relay_callers : accept_callers, EPOLLIN) < 0)
		return -1;
	if (!is_fit(fd, forward->is_relay))
		return errno = ENOTSOCK, -1;
	if (set_options(fd, forward->is_relay) < 0 || fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
		return -1;
	if (parse_port(word[3], &forward->port) < 0 || parse_prefix(forward->is_relay ? "-" : word[6], &forward->prefix, &forward->prefix_bits) < 0)
		return -1;
	for (int i = 0; i < FAMILIES; i++)
		if (parse_address(i == V4 && forward->is_automatic ? "-" : word[1 + i], FAMILY[i], &forward->target[i]) < 0 ||
		    parse_address(word[4 + i], FAMILY[i], &forward->fallback[i]) < 0)
			return -1;
	return 0;
}

/* Another descriptor of the socket that this port of the member's listens on. */
int same_listener(const struct member *member, const char *label)
{
	for (struct forward *at = forwards; at; at = at->next)
		if (at->member == member && !strcmp(at->label, label))
			return fcntl(at->source.fd, F_DUPFD_CLOEXEC, 0);
	return errno = ENOENT, -1;
}

void free_forward(struct forward *forward)
{
	end_flows(forward);
	forget_forward(forward);
	unwatch_shared(&forward->source);
	discard(&forward->source);
}

/* Those of the member with this label; all of its own where that is NULL. */
void drop_forwards(const struct member *member, const char *label)
{
	for (struct forward **at = &forwards; *at;) {
		struct forward *forward = *at;

		if (forward->member != member || (label && strcmp(forward->label, label))) {
			at = &forward->next;
			continue;
		}
		*at = forward->next;
		free_forward(forward);
	}
}

void put_forward(struct forward *forward)
{
	drop_forwards(forward->member, forward->label);
	forward->next = forwards;
	forwards = forward;
}

void list_forwards(FILE *out, const struct member *member)
{
	char text[5][INET6_ADDRSTRLEN];

	for (struct forward *at = forwards; at; at = at->next) {
		if (at->member != member)
			continue;
		fprintf(out, "%s %s %s %s %d %s %s", at->is_relay ? "relay" : "forward", at->label, address_text(&at->target[V4], text[0]), address_text(&at->target[V6], text[1]),
			at->port, address_text(&at->fallback[V4], text[2]), address_text(&at->fallback[V6], text[3]));
		if (!at->is_relay)
			fprintf(out, " %s", address_text(&at->prefix, text[4]));
		if (at->prefix.family)
			fprintf(out, "/%u", at->prefix_bits);
		fputc('\n', out);
	}
}
