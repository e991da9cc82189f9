/* The resolvers there are, one on each bridge: their addresses and whom they ask. */
#include "gateway.h"
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

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
	server = outside_server(server, client);
	*count = server->is_internal ? 0 : server->upstream_count ? server->upstream_count : default_upstream.family != 0;
	return server->upstream_count ? server->upstream : &default_upstream;
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
		if (parse_address(word[1 + i], &server->address[i]) < 0 || server->address[i].family == (i == V4 ? AF_INET6 : AF_INET))
			return errno = EINVAL, -1;
	server->is_internal = count == 4 && !strcmp(word[3], "-");
	for (; server->upstream_count < count - 3 && !server->is_internal; server->upstream_count++)
		if (parse_address(word[3 + server->upstream_count], &server->upstream[server->upstream_count]) < 0 ||
		    !server->upstream[server->upstream_count].family)
			return errno = EINVAL, -1;
	if (!server->address[V4].family && !server->address[V6].family)
		return errno = EINVAL, -1;
	if (!(server->index = if_nametoindex(server->device)))
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
			memcpy(old->upstream, server->upstream, sizeof(old->upstream));
			old->upstream_count = server->upstream_count;
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
	char text[3][INET6_ADDRSTRLEN];

	for (struct server *at = servers; at; at = at->next) {
		fprintf(out, "serve %s %s %s", at->device, address_text(&at->address[V4], text[0]), address_text(&at->address[V6], text[1]));
		for (size_t i = 0; i < at->upstream_count; i++)
			fprintf(out, " %s", address_text(&at->upstream[i], text[2]));
		fputs(at->is_internal ? " -\n" : "\n", out);
	}
}
