/* What the kernel is told of an endpoint for as long as it is one: how it is reached by a link to the outside. README.md has the line. */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>

enum { INDEX_AT = 20 }; /* the first number behind the four bytes of a message's own header: ifa_index, ndm_ifindex. rtnetlink(7) */

/* DEVICE LINK ADD DROP; NULL with errno where it is none. */
struct reach *make_reach(char *const word[])
{
	struct reach *reach = calloc(1, sizeof(*reach));

	if (!reach)
		return NULL;
	if (strlen(word[1]) > MAX_DEVICE || parse_message(word[2], &reach->add) < 0 || parse_message(word[3], &reach->drop) < 0 ||
	    reach->add.size < INDEX_AT + sizeof(uint32_t) || reach->drop.size < INDEX_AT + sizeof(uint32_t)) {
		free(reach);
		return errno = EINVAL, NULL;
	}
	strcpy(reach->link, word[1]);
	return reach;
}

/* The index of the link, which may be another one by now, is put into the message. -1 where there is no such link. */
static int tell_of_link(const char *link, struct message message)
{
	uint32_t index = index_of(link);

	memcpy(message.bytes + INDEX_AT, &index, sizeof(index));
	return index ? tell_kernel(&message) : (errno = ENODEV, -1);
}

/* What was there before may be there still. */
void begin_reach(const struct reach *reach)
{
	if (tell_of_link(reach->link, reach->add) < 0 && errno != EEXIST && errno != ENODEV)
		note("no way back to a container");
}

void end_reach(struct reach *reach)
{
	tell_of_link(reach->link, reach->drop);
	free(reach);
}
