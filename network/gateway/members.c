/* Who is there: containers that run, and their endpoints. */
#include "gateway.h"
#include <ctype.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

struct member *members;

struct member *find_member(const char *id)
{
	for (struct member *member = members; member; member = member->next)
		if (!strcmp(member->id, id))
			return member;
	return NULL;
}

/* Who has this address on the device; a link of one alone is enough to know it. */
const struct member *find_asker(const char *device, const struct address *source)
{
	for (struct member *member = members; member; member = member->next)
		for (struct endpoint *at = member->endpoints; at; at = at->next)
			if (at->limit ? !strcmp(at->limit->link, device)
				      : !strcmp(at->device, device) && source->family && same_address(&at->address[source->family == AF_INET ? V4 : V6], source))
				return member;
	return NULL;
}

/* The name in small letters to `to`, with its NUL; its size with that, or 0 where it is none. RFC 1035, 2.3.4 */
static size_t copy_name(char *to, const char *name)
{
	size_t size = strlen(name), label = 0;

	if (!size || size > MAX_NAME)
		return 0;
	for (size_t i = 0; i <= size; i++) {
		bool ends = i == size || name[i] == '.';

		if ((ends && (!label || label > 63)) || (!ends && !isgraph((unsigned char)name[i])))
			return 0;
		label = ends ? 0 : label + 1;
		to[i] = tolower((unsigned char)name[i]);
	}
	return size + 1;
}

/* One after the other, and an empty one; NULL with errno where one of them is none. */
char *copy_names(char *const word[], size_t count)
{
	size_t size = 1, added = 1;
	char *names, *to;

	for (size_t i = 0; i < count; i++)
		size += strlen(word[i]) + 1;
	if (!(names = to = calloc(1, size)))
		return NULL;
	for (size_t i = 0; i < count && added; i++)
		to += added = copy_name(to, word[i]);
	if (added)
		return names;
	free(names);
	return errno = EINVAL, NULL;
}

bool has_name(const char *names, const char *name, bool (*is_meant)(const char *one, const char *name))
{
	for (const char *at = names; *at; at += strlen(at) + 1)
		if (is_meant(at, name))
			return true;
	return false;
}

/* What is left of a line. */
void list_names(FILE *out, const char *names)
{
	for (const char *at = names; *at; at += strlen(at) + 1)
		fprintf(out, " %s", at);
	fputc('\n', out);
}

void free_endpoint(struct endpoint *endpoint)
{
	if (endpoint->limit)
		free_limit(endpoint->limit);
	if (endpoint->reach)
		end_reach(endpoint->reach);
	free(endpoint->names);
	free(endpoint);
}

/* DEVICE IPV4 IPV6 NAME… */
int prepare_endpoint(struct endpoint **made, char *const word[], size_t count)
{
	struct endpoint *endpoint = calloc(1, sizeof(*endpoint));

	if (!(*made = endpoint))
		return -1;
	strcpy(endpoint->device, word[0]);
	for (int i = 0; i < FAMILIES; i++)
		if (parse_address(word[1 + i], FAMILY[i], &endpoint->address[i]) < 0)
			return -1;
	return (endpoint->names = copy_names(word + 3, count - 3)) ? 0 : -1;
}

void drop_endpoint(struct member *member, const char *device)
{
	for (struct endpoint **at = &member->endpoints; *at; at = &(*at)->next)
		if (!strcmp((*at)->device, device)) {
			struct endpoint *dropped = *at;

			*at = dropped->next;
			free_endpoint(dropped);
			return;
		}
}

/* In the place of the one that the member had on that device. */
void put_endpoint(struct member *member, struct endpoint *endpoint)
{
	struct endpoint **end = &member->endpoints;

	drop_endpoint(member, endpoint->device);
	while (*end)
		end = &(*end)->next;
	*end = endpoint;
}

static struct endpoint *find_endpoint(const struct member *member, const char *device)
{
	struct endpoint *at = member->endpoints;

	while (at && strcmp(at->device, device))
		at = at->next;
	return at;
}

/* In the place of the one that its endpoint had. */
void put_limit(struct member *member, const char *device, struct limit *limit)
{
	struct endpoint *endpoint = find_endpoint(member, device);

	if (endpoint && endpoint->limit)
		free_limit(endpoint->limit);
	if (endpoint)
		endpoint->limit = limit;
	else
		free_limit(limit);
}

/* In the place of the one that its endpoint had. */
void put_reach(struct member *member, const char *device, struct reach *reach)
{
	struct endpoint *endpoint = find_endpoint(member, device);

	if (!endpoint) {
		free(reach);
		return;
	}
	if (endpoint->reach)
		end_reach(endpoint->reach);
	endpoint->reach = reach;
	begin_reach(reach);
}

void put_group(struct member *member, const char *device, struct group *group)
{
	struct endpoint *endpoint = find_endpoint(member, device);

	if (!endpoint || !endpoint->limit) {
		free_group(group);
		return;
	}
	group->next = endpoint->limit->groups;
	endpoint->limit->groups = group;
}

/* A pidfd is readable when its process has ended. pidfd_open(2) */
bool has_ended(const struct member *member)
{
	return poll(&(struct pollfd){ member->source.fd, POLLIN, 0 }, 1, 0) > 0;
}

static void leave(struct source *source, uint32_t events)
{
	(void)events;
	remove_member((struct member *)source);
}

int prepare_member(struct member **made, const char *id, int pidfd)
{
	struct member *member = calloc(1, sizeof(*member));

	if (!(*made = member))
		return -1;
	strcpy(member->id, id);
	return watch(&member->source, pidfd, leave, EPOLLIN);
}

void free_member(struct member *member)
{
	while (member->endpoints)
		drop_endpoint(member, member->endpoints->device);
	unwatch_shared(&member->source);
	discard(&member->source);
}

void add_member(struct member *member)
{
	member->next = members;
	members = member;
}

/* Its names and ports go; connections that it can no longer serve end soon. */
void remove_member(struct member *member)
{
	for (struct member **at = &members; *at; at = &(*at)->next)
		if (*at == member) {
			*at = member->next;
			break;
		}
	drop_forwards(member, NULL);
	hasten_connections(member);
	free_member(member);
}

void list_members(FILE *out)
{
	char v4[INET6_ADDRSTRLEN], v6[INET6_ADDRSTRLEN];

	for (struct member *member = members; member; member = member->next) {
		fprintf(out, "member %s\n", member->id);
		for (struct endpoint *at = member->endpoints; at; at = at->next) {
			fprintf(out, "address %s %s %s", at->device, address_text(&at->address[V4], v4), address_text(&at->address[V6], v6));
			list_names(out, at->names);
			if (at->limit)
				list_limit(out, at);
			if (at->reach)
				fprintf(out, "reach %s %s\n", at->device, at->reach->link);
		}
		if (member->upstreams.count) {
			fputs("ask", out);
			list_upstreams(out, &member->upstreams);
			fputc('\n', out);
		}
		list_forwards(out, member);
	}
}
