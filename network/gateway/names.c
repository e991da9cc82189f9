/* The names of members: who is asked for, and who may know. */
#include "message.h"
#include <string.h>

enum { MAX_MATCHES = 256 };

/* Whom the asker sees: the endpoints on these devices. */
struct scope {
	const struct member *asker;     /* NULL where nobody is known to have the address */
	const char *device;
};

static bool sees(const struct scope *scope, const struct endpoint *endpoint)
{
	if (!scope->asker)
		return !strcmp(scope->device, endpoint->device);
	for (struct endpoint *at = scope->asker->endpoints; at; at = at->next)
		if (!strcmp(at->device, endpoint->device))
			return true;
	return false;
}

static bool is_same(const char *one, const char *other) { return !strcmp(one, other); }

static bool has_address(const struct endpoint *endpoint, const struct address *address)
{
	return same_address(&endpoint->address[V4], address) || same_address(&endpoint->address[V6], address);
}

/* The endpoints in scope with this name, or with this address. */
static size_t find_matches(const struct scope *scope, const char *name, const struct address *address, const struct endpoint *found[])
{
	size_t count = 0;

	for (struct member *member = members; member; member = member->next)
		for (struct endpoint *at = member->endpoints; at && count < MAX_MATCHES; at = at->next)
			if (sees(scope, at) && (address ? has_address(at, address) : has_name(at->names, name, is_same)))
				found[count++] = at;
	return count;
}

/* The address that a name of in-addr.arpa or ip6.arpa stands for; false where it is none. RFC 3596, 2.5 */
static bool read_reverse(const char *name, struct address *address)
{
	static const char V6_END[] = ".ip6.arpa", DIGITS[] = "0123456789abcdef";
	unsigned part[4];
	int end = 0;
	char text[32];

	if (sscanf(name, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &part[0], &part[1], &part[2], &part[3], &end) == 4 && end && !name[end]) {
		snprintf(text, sizeof(text), "%u.%u.%u.%u", part[3] & 0xfff, part[2] & 0xfff, part[1] & 0xfff, part[0] & 0xfff);
		return parse_address(text, AF_INET, address) == 0;
	}
	*address = (struct address){ .family = AF_INET6 };
	if (strlen(name) != 63 + sizeof(V6_END) - 1 || strcmp(name + 63, V6_END))
		return false;
	for (int i = 0; i < 32; i++) {
		const char *digit = strchr(DIGITS, name[2 * i]);

		if (!digit || (i < 31 && name[2 * i + 1] != '.'))
			return false;
		address->bytes[15 - i / 2] |= (digit - DIGITS) << (i % 2 ? 4 : 0);
	}
	return true;
}

static void add_name(struct answer *answer, const char *name)
{
	unsigned char wire[MAX_WIRE_NAME + 1];
	size_t label = 0, size = strlen(name) + 1;      /* a dot more in front, each dot the size of what follows */

	memcpy(wire + 1, name, size);
	for (size_t i = 1; i <= size; i++)
		if (i == size || wire[i] == '.') {
			wire[label] = i - label - 1;
			label = i;
		}
	wire[size] = 0;
	add_record(answer, TYPE_PTR, wire, size + 1);
}

static void add_addresses(struct answer *answer, unsigned type, const struct endpoint *endpoint)
{
	if ((type == TYPE_A || type == TYPE_ANY) && endpoint->address[V4].family)
		add_record(answer, TYPE_A, endpoint->address[V4].bytes, 4);
	if ((type == TYPE_AAAA || type == TYPE_ANY) && endpoint->address[V6].family)
		add_record(answer, TYPE_AAAA, endpoint->address[V6].bytes, 16);
}

/* Whether it was one of our own domain. */
static bool cut_suffix(char *name)
{
	static const char SUFFIX[] = ".dns.podman";
	size_t size = strlen(name), cut = sizeof(SUFFIX) - 1;

	if (size <= cut || strcmp(name + size - cut, SUFFIX))
		return false;
	name[size - cut] = 0;
	return true;
}

ssize_t answer_query(const struct server *server, const struct address *source, const unsigned char *bytes, size_t size, bool is_udp, unsigned char *out)
{
	static unsigned rotation;
	const struct endpoint *found[MAX_MATCHES];
	struct query query = { 0 };
	struct address address;
	struct scope scope;
	struct answer answer;
	bool is_reverse, is_ours;
	size_t count;
	int failure;

	failure = read_query(&query, bytes, size);
	if (failure)
		return failure < 0 ? ANSWER_NONE : answer_failure(bytes, failure == RCODE_FORMAT ? 0 : question_end(bytes, size), failure, out);
	if (query.class != CLASS_IN && query.class != CLASS_ANY)
		query.name[0] = 0;
	scope = (struct scope){ find_asker(server->device, source), server->device };
	is_reverse = read_reverse(query.name, &address);
	is_ours = cut_suffix(query.name);
	count = query.name[0] ? find_matches(&scope, query.name, is_reverse ? &address : NULL, found) : 0;
	if (!count && !is_ours && is_limited(scope.asker) && !may_ask(scope.asker, query.name)) {
		refuse_name(scope.asker, query.name);
		return answer_failure(bytes, query.question_end, RCODE_NO_NAME, out);
	}
	if (!count)
		return !is_ours && asks_outside(server, source) ? ANSWER_ELSEWHERE : answer_failure(bytes, query.question_end, RCODE_NO_NAME, out);
	answer = begin_answer(bytes, query.question_end, out);
	answer.limit = (is_udp && query.limit < MAX_QUERY ? query.limit : MAX_QUERY) - (query.has_opt ? OPT_SIZE : 0);
	rotation++;
	for (size_t i = 0; i < count; i++) {
		const struct endpoint *endpoint = found[(i + rotation) % count];

		if (!is_reverse)
			add_addresses(&answer, query.type, endpoint);
		else if (*endpoint->names && (query.type == TYPE_PTR || query.type == TYPE_ANY))
			add_name(&answer, endpoint->names);
	}
	return finish_answer(&answer, &query);
}
