/* DNS messages, between message.c, names.c and learn.c. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "gateway.h"

enum { HEADER = 12, OPT_SIZE = 11, MAX_WIRE_NAME = 255 };
enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28, TYPE_OPT = 41, TYPE_ANY = 255, CLASS_IN = 1, CLASS_ANY = 255 };

static inline unsigned get16(const unsigned char *at) { return at[0] << 8 | at[1]; }

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

int read_query(struct query *query, const unsigned char *bytes, size_t size);
struct answer begin_answer(const unsigned char *query, size_t question_end, unsigned char *bytes);
void add_record(struct answer *answer, unsigned type, const void *data, size_t size);
size_t finish_answer(struct answer *answer, const struct query *query);

#endif
