/* Reads queries, which are hostile, and writes answers. RFC 1035, RFC 6891 (EDNS) */
#include "message.h"
#include <ctype.h>
#include <string.h>

enum { PLAIN_LIMIT = 512 };

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

/* 0, or the code of its failure; -1 where it is not to be answered at all. */
int read_query(struct query *query, const unsigned char *bytes, size_t size)
{
	if (size < HEADER || bytes[2] & 0x80)
		return -1;
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
struct answer begin_answer(const unsigned char *query, size_t question_end, unsigned char *bytes)
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
	struct answer answer = begin_answer(query, question_end, bytes);

	bytes[3] |= rcode;
	return answer.size;
}

void add_record(struct answer *answer, unsigned type, const void *data, size_t size)
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

size_t finish_answer(struct answer *answer, const struct query *query)
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
