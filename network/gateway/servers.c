/* The resolvers there are, one on each bridge: their addresses and whom they ask. */
#include "gateway.h"
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64 };
enum { SET_IP_FREEBIND = 15, SET_IPV6_FREEBIND = 78 };  /* ip(7); not in every libc's headers */

struct server *servers;

/* Where an internal network is one of the client's networks, another one of them may lead outside. */
static const struct server *outside_server(const struct server *server, const struct address *client)
{
	const struct member *asker = server->is_internal ? find_asker(server->device, client) : NULL;

	for (struct endpoint *at = asker ? asker->endpoints : NULL; at; at = at->next)
		for (struct server *other = servers; other; other = other->next)
			if (!other->is_internal && !strcmp(other->device, at->device))
				return other;
	return server;
}

bool asks_outside(const struct server *server, const struct address *client)
{
	return !outside_server(server, client)->is_internal;
}

const struct address *upstreams_for(const struct server *server, const struct address *client, size_t *count)
{
	const struct member *asker = find_asker(server->device, client);
	const struct upstreams *own;

	server = outside_server(server, client);
	own = asker && asker->upstreams.count ? &asker->upstreams : &server->upstreams;
	*count = server->is_internal ? 0 : own->count ? own->count : default_upstream.family != 0;
	return own->count ? own->address : &default_upstream;
}

int parse_upstreams(struct upstreams *upstreams, char *const word[], size_t count)
{
	for (upstreams->count = 0; upstreams->count < count; upstreams->count++) {
		struct address *address = &upstreams->address[upstreams->count];

		if (upstreams->count == MAX_UPSTREAMS || parse_address(word[upstreams->count], 0, address) < 0 || !address->family)
			return errno = EINVAL, -1;
	}
	return 0;
}

/* UPSTREAM…; NULL with errno where it is none. */
struct upstreams *make_upstreams(char *const word[], size_t count)
{
	struct upstreams *upstreams = calloc(1, sizeof(*upstreams));

	if (upstreams && parse_upstreams(upstreams, word, count) < 0) {
		free(upstreams);
		return errno = EINVAL, NULL;
	}
	return upstreams;
}

void list_upstreams(FILE *out, const struct upstreams *upstreams)
{
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < upstreams->count; i++)
		fprintf(out, " %s", address_text(&upstreams->address[i], text));
}

/* 0 where there is none. As if_nametoindex(3), without a socket of AF_UNIX, which we may not have. netdevice(7) */
unsigned index_of(const char *device)
{
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), done;

	strcpy(request.ifr_name, device);
	done = ioctl(fd, SIOCGIFINDEX, &request);
	close(fd);
	return done < 0 ? 0 : request.ifr_ifindex;
}

/* One port of the resolver. The address may not be there yet; a server that takes the place of another overlaps with it. */
static int open_port(struct server *server, struct port *port, const struct address *address, bool is_udp)
{
	const int yes = 1;
	union peer peer;
	socklen_t size = peer_at(&peer, address, DNS_PORT);
	bool v6 = address->family == AF_INET6;
	int fd = socket(address->family, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	port->server = server;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? SET_IPV6_FREEBIND : SET_IP_FREEBIND, &yes, sizeof(yes));
	if (watch(&port->source, fd, is_udp ? listen_to_queries : greet_dialogue, EPOLLIN) < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, server->device, strlen(server->device)) < 0 || bind(fd, &peer.any, size) < 0)
		return -1;
	return is_udp ? 0 : listen(fd, BACKLOG);
}

/* DEVICE IPV4 IPV6 UPSTREAM…, or "-" for an internal network. Where it is the same but for the upstreams it has no ports: put_server() takes those there are. */
int prepare_server(struct server **made, char *const word[], size_t count)
{
	struct server *server = calloc(1, sizeof(*server)), *old = servers;

	if (!(*made = server))
		return -1;
	strcpy(server->device, word[0]);
	for (int i = 0; i < FAMILIES; i++)
		if (parse_address(word[1 + i], FAMILY[i], &server->address[i]) < 0)
			return -1;
	server->is_internal = count == 4 && !strcmp(word[3], "-");
	if (!server->is_internal && parse_upstreams(&server->upstreams, word + 3, count - 3) < 0)
		return -1;
	if (!server->address[V4].family && !server->address[V6].family)
		return errno = EINVAL, -1;
	if (!(server->index = index_of(server->device)))
		return -1;
	while (old && strcmp(old->device, server->device))
		old = old->next;
	if (old && old->index == server->index && same_address(&old->address[V4], &server->address[V4]) && same_address(&old->address[V6], &server->address[V6]))
		return 0;
	for (int i = 0; i < FAMILIES; i++)
		if (server->address[i].family && (open_port(server, &server->udp[i], &server->address[i], true) < 0 ||
						  open_port(server, &server->tcp[i], &server->address[i], false) < 0))
			return -1;
	return 0;
}

void free_server(struct server *server)
{
	end_pendings(server);
	end_dialogues(server);
	for (int i = 0; i < FAMILIES; i++) {
		unwatch(&server->udp[i].source);
		unwatch(&server->tcp[i].source);
	}
	discard(&server->source);
}

void drop_server(const char *device)
{
	for (struct server **at = &servers; *at; at = &(*at)->next)
		if (!strcmp((*at)->device, device)) {
			struct server *dropped = *at;

			*at = dropped->next;
			free_server(dropped);
			return;
		}
}

void put_server(struct server *server)
{
	for (struct server *old = servers; old; old = old->next)
		if (!strcmp(old->device, server->device) && !server->udp[V4].server && !server->udp[V6].server) {
			old->upstreams = server->upstreams;
			old->is_internal = server->is_internal;
			free_server(server);
			return;
		}
	drop_server(server->device);
	server->next = servers;
	servers = server;
}

void list_servers(FILE *out)
{
	char text[2][INET6_ADDRSTRLEN];

	for (struct server *at = servers; at; at = at->next) {
		fprintf(out, "serve %s %s %s", at->device, address_text(&at->address[V4], text[0]), address_text(&at->address[V6], text[1]));
		list_upstreams(out, &at->upstreams);
		fputs(at->is_internal ? " -\n" : "\n", out);
	}
}
