/* The names of members: reads a query, which is hostile, and writes its answer. RFC 1035, RFC 6891 (EDNS) */
#include "gateway.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 12, PLAIN_LIMIT = 512, OPT_SIZE = 11, MAX_MATCHES = 256, MAX_WIRE_NAME = 255 };
enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28, TYPE_OPT = 41, TYPE_ANY = 255, CLASS_IN = 1, CLASS_ANY = 255 };

struct query {
	char name[MAX_WIRE_NAME + 1];   /* in small letters, without the last dot; "" where it cannot be one of ours */
	unsigned type, class;
	size_t question_end;
	bool has_opt;
	size_t limit;           /* of the answer over UDP */
};

struct answer {
	unsigned char *bytes;
	size_t size, limit;
	unsigned count;
	bool is_cut;
};

/* Whom the asker sees: the endpoints on these devices. */
struct scope {
	const struct member *asker;     /* NULL where nobody is known to have the address */
	const char *device;
};

static unsigned get16(const unsigned char *at) { return at[0] << 8 | at[1]; }
static void put16(unsigned char *at, unsigned value) { at[0] = value >> 8, at[1] = value; }

/* Where the one question of a message ends, which has no pointers in it; 0 where there is none. */
size_t question_end(const unsigned char *message, size_t size)
{
	size_t at = HEADER;

	if (size < HEADER || get16(message + 4) != 1)
		return 0;
	while (at < size && message[at]) {
		if (message[at] > 63)
			return 0;
		at += message[at] + 1;
	}
	return at + 5 <= size && at + 1 - HEADER <= MAX_WIRE_NAME ? at + 5 : 0;
}

/* Whether it is an answer to the question of `query`; names may come back in other letters. */
bool answers(const unsigned char *answer, size_t size, const unsigned char *query, size_t end)
{
	if (size < end || question_end(answer, size) != end || !(answer[2] & 0x80))
		return false;
	for (size_t i = HEADER; i < end; i++)
		if (tolower(answer[i]) != tolower(query[i]))
			return false;
	return true;
}

/* What has a dot or a NUL in a label is no name of ours, whatever it looks like. */
static void read_name(struct query *query, const unsigned char *at)
{
	size_t size = 0;

	for (; *at; at += *at + 1)
		for (int i = 0; i <= *at; i++) {
			unsigned char letter = i ? at[i] : '.';

			if (i && (letter == '.' || !letter)) {
				query->name[0] = 0;
				return;
			}
			if (i || size)
				query->name[size++] = tolower(letter);
		}
	query->name[size] = 0;
}

/* The records after the question: of an OPT how much the asker takes. False where they are not well-formed. */
static bool read_additional(struct query *query, const unsigned char *bytes, size_t size)
{
	size_t at = query->question_end;

	for (unsigned left = get16(bytes + 10); left; left--) {
		while (at < size && bytes[at] && bytes[at] < 64)
			at += bytes[at] + 1;
		if (at + OPT_SIZE > size || bytes[at] || at + OPT_SIZE + get16(bytes + at + 9) > size)
			return false;
		if (get16(bytes + at + 1) == TYPE_OPT) {
			query->has_opt = true;
			query->limit = get16(bytes + at + 3);
		}
		at += OPT_SIZE + get16(bytes + at + 9);
	}
	if (query->limit < PLAIN_LIMIT)
		query->limit = PLAIN_LIMIT;
	return at == size;
}

/* 0, or the code of its failure. */
static int read_query(struct query *query, const unsigned char *bytes, size_t size)
{
	if (bytes[2] & 0x78)
		return RCODE_UNKNOWN_OPERATION;
	query->question_end = question_end(bytes, size);
	if (!query->question_end || get16(bytes + 6) || get16(bytes + 8) || get16(bytes + 10) > 2)
		return RCODE_FORMAT;
	read_name(query, bytes + HEADER);
	query->type = get16(bytes + query->question_end - 4);
	query->class = get16(bytes + query->question_end - 2);
	return read_additional(query, bytes, size) ? 0 : RCODE_FORMAT;
}

/* The header and the question; the same id, operation and wish for recursion. */
static struct answer begin(const unsigned char *query, size_t question_end, unsigned char *bytes)
{
	memcpy(bytes, query, question_end > HEADER ? question_end : HEADER);
	bytes[2] = 0x80 | (query[2] & 0x79);
	bytes[3] = 0x80;
	memset(bytes + 4, 0, 8);
	put16(bytes + 4, question_end > HEADER);
	return (struct answer){ .bytes = bytes, .size = question_end > HEADER ? question_end : HEADER };
}

ssize_t answer_failure(const unsigned char *query, size_t question_end, int rcode, unsigned char *bytes)
{
	struct answer answer = begin(query, question_end, bytes);

	bytes[3] |= rcode;
	return answer.size;
}

static void add_record(struct answer *answer, unsigned type, const void *data, size_t size)
{
	static const unsigned char head[] = { 0xc0, HEADER, 0, 0, 0, CLASS_IN, 0, 0, 0, 0, 0, 0 };
	unsigned char *at = answer->bytes + answer->size;

	if (answer->is_cut || answer->size + sizeof(head) + size > answer->limit) {
		answer->is_cut = true;
		return;
	}
	memcpy(at, head, sizeof(head));
	put16(at + 2, type);
	put16(at + 10, size);
	memcpy(at + sizeof(head), data, size);
	answer->size += sizeof(head) + size;
	answer->count++;
}

static size_t finish(struct answer *answer, const struct query *query)
{
	put16(answer->bytes + 6, answer->count);
	answer->bytes[2] |= answer->is_cut ? 0x02 : 0;
	if (query->has_opt) {
		unsigned char *at = answer->bytes + answer->size;

		memset(at, 0, OPT_SIZE);
		put16(at + 1, TYPE_OPT);
		put16(at + 3, MAX_QUERY);
		put16(answer->bytes + 10, 1);
		answer->size += OPT_SIZE;
	}
	return answer->size;
}

static struct scope find_scope(const char *device, const struct address *source)
{
	for (struct member *member = members; member; member = member->next)
		for (struct endpoint *at = member->endpoints; at; at = at->next)
			if (!strcmp(at->device, device) && source->family && same_address(&at->address[source->family == AF_INET ? V4 : V6], source))
				return (struct scope){ member, device };
	return (struct scope){ NULL, device };
}

static bool sees(const struct scope *scope, const struct endpoint *endpoint)
{
	if (!scope->asker)
		return !strcmp(scope->device, endpoint->device);
	for (struct endpoint *at = scope->asker->endpoints; at; at = at->next)
		if (!strcmp(at->device, endpoint->device))
			return true;
	return false;
}

static bool is_named(const struct endpoint *endpoint, const char *name)
{
	const char *at = endpoint->names;

	for (size_t i = 0; i < endpoint->name_count; i++, at += strlen(at) + 1)
		if (!strcmp(at, name))
			return true;
	return false;
}

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
			if (sees(scope, at) && (address ? has_address(at, address) : is_named(at, name)))
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
		return parse_address(text, address) == 0;
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

static void cut_suffix(char *name)
{
	static const char SUFFIX[] = ".dns.podman";
	size_t size = strlen(name), cut = sizeof(SUFFIX) - 1;

	if (size > cut && !strcmp(name + size - cut, SUFFIX))
		name[size - cut] = 0;
}

ssize_t answer_query(const char *device, const struct address *source, const unsigned char *bytes, size_t size, bool is_udp, unsigned char *out)
{
	static unsigned rotation;
	const struct endpoint *found[MAX_MATCHES];
	struct query query = { 0 };
	struct address address;
	struct scope scope;
	struct answer answer;
	bool is_reverse;
	size_t count;
	int failure;

	if (size < HEADER || bytes[2] & 0x80)
		return ANSWER_NONE;
	if ((failure = read_query(&query, bytes, size)))
		return answer_failure(bytes, failure == RCODE_FORMAT ? 0 : question_end(bytes, size), failure, out);
	if (!query.name[0] || (query.class != CLASS_IN && query.class != CLASS_ANY))
		return ANSWER_ELSEWHERE;
	scope = find_scope(device, source);
	is_reverse = read_reverse(query.name, &address);
	cut_suffix(query.name);
	count = find_matches(&scope, query.name, is_reverse ? &address : NULL, found);
	if (!count)
		return ANSWER_ELSEWHERE;
	answer = begin(bytes, query.question_end, out);
	answer.limit = (is_udp && query.limit < MAX_QUERY ? query.limit : MAX_QUERY) - (query.has_opt ? OPT_SIZE : 0);
	rotation++;
	for (size_t i = 0; i < count; i++) {
		const struct endpoint *endpoint = found[(i + rotation) % count];

		if (!is_reverse)
			add_addresses(&answer, query.type, endpoint);
		else if (endpoint->name_count && (query.type == TYPE_PTR || query.type == TYPE_ANY))
			add_name(&answer, endpoint->names);
	}
	return finish(&answer, &query);
}
