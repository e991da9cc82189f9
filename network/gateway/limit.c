/* Members whose way out is limited: what they may look up, and reach once it has been looked up. README.md has the lines. */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* musl has no headers of Linux's. netlink(7) */
enum { ROUTE_FAMILY = 0, MAX_UNDONE = 512 };
struct header { uint32_t size; uint16_t type, flags; uint32_t sequence, port; };
struct verdict { struct header header; int32_t error; };

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* One message for the kernel, in hexadecimal. 0, or -1 with EINVAL. */
int parse_message(const char *text, struct message *message)
{
	uint32_t size;

	for (message->size = 0; text[0] && text[1]; text += 2) {
		int high = hex_digit(text[0]), low = hex_digit(text[1]);

		if (high < 0 || low < 0 || message->size == MAX_KERNEL_MESSAGE)
			return errno = EINVAL, -1;
		message->bytes[message->size++] = high << 4 | low;
	}
	memcpy(&size, message->bytes, sizeof(size));
	return !*text && message->size >= sizeof(struct header) && size == message->size ? 0 : (errno = EINVAL, -1);
}

/* The kernel has done it when this returns. 0, or -1 with errno. */
int tell_kernel(const struct message *message)
{
	static int fd = -1;
	struct verdict verdict;

	if (fd < 0 && (fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, ROUTE_FAMILY)) < 0)
		return -1;
	if (send(fd, message->bytes, message->size, 0) < 0 || recv(fd, &verdict, sizeof(verdict), MSG_TRUNC | MSG_DONTWAIT) < 0)
		return -1;
	return verdict.error ? (errno = -verdict.error, -1) : 0;
}

/* Of a route: its last four bytes are the address. */
static int tell_route(struct message message, uint32_t address)
{
	memcpy(message.bytes + message.size - sizeof(address), &address, sizeof(address));
	return tell_kernel(&message);
}

/* DEVICE LINK UNDO UNDO, and the log, which is the limit's when there is one. */
int prepare_limit(struct limit **made, char *const word[], int log)
{
	struct limit *limit = calloc(1, sizeof(*limit));

	if (!(*made = limit))
		return -1;
	limit->log = log;
	if (strlen(word[1]) > MAX_DEVICE)
		return errno = EINVAL, -1;
	strcpy(limit->link, word[1]);
	for (int i = 0; i < UNDO_MESSAGES; i++)
		if (parse_message(word[2 + i], &limit->undo[i]) < 0)
			return -1;
	limit->is_whole = true;
	return 0;
}

/* DEVICE ADD DROP NAME… */
int prepare_group(struct group **made, char *const word[], size_t count)
{
	struct group *group = calloc(1, sizeof(*group));

	if (!(*made = group) || parse_message(word[1], &group->add) < 0 || parse_message(word[2], &group->drop) < 0)
		return -1;
	return (group->names = copy_names(word + 3, count - 3)) ? 0 : -1;
}

/* Also the routes of its addresses go. */
void free_group(struct group *group)
{
	for (size_t i = 0; i < group->learned_count; i++)
		tell_route(group->drop, group->learned[i]);
	free(group->names);
	free(group);
}

/* Nothing of it is left in the kernel: each message of UNDO is sent until there is no more of what it removes. */
void free_limit(struct limit *limit)
{
	for (int i = 0; limit->is_whole && i < UNDO_MESSAGES; i++)
		for (int left = MAX_UNDONE; left && tell_kernel(&limit->undo[i]) == 0; left--)
			;
	while (limit->groups) {
		struct group *group = limit->groups;

		limit->groups = group->next;
		free_group(group);
	}
	if (limit->is_whole)
		drop_server(limit->link);
	if (limit->log >= 0)
		close(limit->log);
	free(limit);
}

/* `*.example.org` is every name that ends so. */
static bool is_meant(const char *pattern, const char *name)
{
	size_t size = strlen(name), end = strlen(pattern) - 1;

	if (*pattern != '*')
		return !strcmp(pattern, name);
	return size > end && !strcmp(name + size - end, pattern + 1);
}

bool is_limited(const struct member *member)
{
	return member && member->endpoints && member->endpoints->limit;
}

bool may_ask(const struct member *member, const char *name)
{
	for (struct endpoint *at = member->endpoints; at; at = at->next)
		for (struct group *group = at->limit ? at->limit->groups : NULL; group; group = group->next)
			if (*name && has_name(group->names, name, is_meant))
				return true;
	return false;
}

/* The latest is the last; where there are too many, who was not heard of for longest goes. */
static void open_way(struct group *group, uint32_t address)
{
	size_t at = 0;

	while (at < group->learned_count && group->learned[at] != address)
		at++;
	/* Also where it is known: its route has gone with an uplink that was lost. */
	if (tell_route(group->add, address) < 0 && errno != EEXIST) {
		note("no way to an address");
		return;
	}
	if (at == MAX_LEARNED)
		tell_route(group->drop, group->learned[at = 0]);
	else if (at == group->learned_count)
		group->learned_count++;
	memmove(&group->learned[at], &group->learned[at + 1], (group->learned_count - at - 1) * sizeof(address));
	group->learned[group->learned_count - 1] = address;
}

/* The IPv4 address is one of the name's, which somebody outside says. */
void let_reach(const struct member *member, const char *name, const struct address *address)
{
	uint32_t number;

	memcpy(&number, address->bytes, sizeof(number));
	for (struct endpoint *at = is_here_only(address) ? NULL : member->endpoints; at; at = at->next)
		for (struct group *group = at->limit ? at->limit->groups : NULL; group; group = group->next)
			if (has_name(group->names, name, is_meant))
				open_way(group, number);
}

/* Its names, and how many addresses they turned out to have. */
void list_limit(FILE *out, const struct endpoint *endpoint)
{
	fprintf(out, "limit %s %s\n", endpoint->device, endpoint->limit->link);
	for (struct group *group = endpoint->limit->groups; group; group = group->next) {
		fprintf(out, "allow %s %zu", endpoint->device, group->learned_count);
		list_names(out, group->names);
	}
}
