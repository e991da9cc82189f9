/* Reads answers from upstream, which are hostile, for the addresses of a name that was asked for. RFC 1035 */
#include "message.h"
#include <ctype.h>
#include <string.h>

enum { RECORD = 10, POINTER = 0xc0, TYPE_CNAME = 5, MAX_RECORDS = 256, MAX_CHAIN = 16, MAX_ADDRESSES = 64, MAX_POINTERS = 127 };

struct record {
	char owner[MAX_WIRE_NAME + 1];
	unsigned type;
	size_t data, size;
};

/* The name at `at` in small letters, "" where it is none of ours; behind it, or 0 where it is not well-formed. There are no more pointers than labels. RFC 1035, 4.1.4 */
static size_t read_wire_name(const unsigned char *message, size_t size, size_t at, char *name)
{
	size_t behind = 0, length = 0, pointers = 0;
	bool is_odd = false;

	while (at < size && message[at]) {
		size_t label = message[at];

		if (label >= POINTER) {
			if (at + 2 > size || ++pointers > MAX_POINTERS)
				return 0;
			behind = behind ? behind : at + 2;
			at = get16(message + at) & 0x3fff;
			continue;
		}
		if (label > 63 || at + 1 + label >= size || length + label + 1 > MAX_WIRE_NAME)
			return 0;
		if (length)
			name[length++] = '.';
		for (size_t i = 1; i <= label; i++) {
			is_odd |= message[at + i] == '.' || !message[at + i];
			name[length++] = tolower(message[at + i]);
		}
		at += 1 + label;
	}
	name[is_odd ? 0 : length] = 0;
	return at < size ? (behind ? behind : at + 1) : 0;
}

/* The record at `at`; behind it, or 0. */
static size_t read_record(const unsigned char *message, size_t size, size_t at, struct record *record)
{
	at = read_wire_name(message, size, at, record->owner);
	if (!at || at + RECORD > size)
		return 0;
	record->type = get16(message + at + 2) == CLASS_IN ? get16(message + at) : 0;
	record->size = get16(message + at + 8);
	record->data = at + RECORD;
	return record->data + record->size <= size ? record->data + record->size : 0;
}

/*
 * What the answer says of `current`: its addresses are the asker's to reach. True where it is another
 * name for one that `current` becomes.
 */
static bool follow(const struct member *asker, const char *asked, const unsigned char *message, size_t size, char *current, unsigned *left)
{
	size_t at = question_end(message, size);
	char other[MAX_WIRE_NAME + 1] = "";
	struct address address = { .family = AF_INET };
	struct record record;

	for (unsigned count = get16(message + 6), i = 0; i < count && i < MAX_RECORDS; i++) {
		if (!(at = read_record(message, size, at, &record)))
			return false;
		if (!*record.owner || strcmp(record.owner, current))
			continue;
		if (record.type == TYPE_A && record.size == 4 && *left) {
			memcpy(address.bytes, message + record.data, 4);
			let_reach(asker, asked, &address);
			--*left;
		} else if (record.type == TYPE_CNAME && !*other && !read_wire_name(message, size, record.data, other))
			return false;
	}
	strcpy(current, other);
	return *other;
}

/* Before the asker hears the answer: the addresses in it become ones it may reach. */
void learn(const struct member *asker, const unsigned char *message, size_t size)
{
	char asked[MAX_WIRE_NAME + 1], current[MAX_WIRE_NAME + 1];
	unsigned left = MAX_ADDRESSES;

	if (!is_limited(asker) || !question_end(message, size) || !read_wire_name(message, size, HEADER, asked) || !may_ask(asker, asked))
		return;
	strcpy(current, asked);
	for (int i = 0; i < MAX_CHAIN && follow(asker, asked, message, size, current, &left); i++)
		;
}
