/* One request: read whole and prepared, and then carried out, or undone. README.md has the lines. */
#include "gateway.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHANGES = 1024, MAX_WORDS = 4 + MAX_NAMES };
enum kind { ASK, ADDRESS, REACH, LIMIT, ALLOW, SERVE, UNSERVE, FORWARD, RELAY, RETARGET, UNFORWARD, LEAVE, KINDS };

/* A line that has been read, and what it made, which nobody knows yet. */
struct change {
	enum kind kind;
	void *made;
	char *name;             /* the device or label; NULL for all of the member */
};

static const struct verb {
	const char *name;
	size_t least, most;     /* words, with the verb */
	bool of_member, has_label;
} VERBS[KINDS] = {
	[ASK] = { "ask", 1, 1 + MAX_UPSTREAMS, true, true },
	[ADDRESS] = { "address", 4, 4 + MAX_NAMES, true },
	[REACH] = { "reach", 5, 5, true },
	[LIMIT] = { "limit", 3 + UNDO_MESSAGES, 3 + UNDO_MESSAGES, true },
	[ALLOW] = { "allow", 5, 4 + MAX_NAMES, true },
	[SERVE] = { "serve", 4, 4 + MAX_UPSTREAMS, false },
	[UNSERVE] = { "unserve", 2, 2, false },
	[FORWARD] = { "forward", 8, 8, true, true },
	[RELAY] = { "relay", 7, 7, true, true },
	[RETARGET] = { "retarget", 7, 8, true, true },
	[UNFORWARD] = { "unforward", 2, 2, true, true },
	[LEAVE] = { "leave", 1, 2, true },
};

static size_t split(char *line, char *word[MAX_WORDS + 1])
{
	size_t count = 0;
	char *rest;

	for (char *at = strtok_r(line, " ", &rest); at && count <= MAX_WORDS; at = strtok_r(NULL, " ", &rest))
		word[count++] = at;
	return count;
}

/* member ID: the one there is, or with a pidfd a new one; who has ended makes room. */
static int name_member(struct request *request, char *const word[], size_t count, bool has_pidfd)
{
	int done;

	if (count != 2 || !*word[1] || strlen(word[1]) > MAX_ID)
		return errno = EINVAL, -1;
	request->member = find_member(word[1]);
	if (request->member && !has_ended(request->member)) {
		request->fds_taken = has_pidfd;         /* it was not needed */
		return 0;
	}
	if (!has_pidfd)
		return errno = ESRCH, -1;
	request->is_new = true;
	done = prepare_member(&request->member, word[1], request->fd[0]);
	if (request->member)
		request->fd[0] = -1;
	request->fds_taken = 1;
	return done < 0 ? -1 : has_ended(request->member) ? (errno = ESRCH, -1) : 0;
}

/* One bridge is named once: what becomes of it is decided while the old one serves. */
static bool is_twice(const struct request *request, const char *device)
{
	for (size_t i = 0; i < request->change_count; i++)
		if ((request->changes[i].kind == SERVE || request->changes[i].kind == UNSERVE) && !strcmp(request->changes[i].name, device))
			return true;
	return false;
}

/* What a line asks for; also where that fails it is the change's. Of the descriptors one is the line's, where it has one. */
static int make(struct request *request, struct change *change, char *const word[], size_t count)
{
	int *fd = &request->fd[request->fds_taken], same, made;

	switch (change->kind) {
	case ASK: return (change->made = make_upstreams(word, count)) ? 0 : -1;
	case REACH: return (change->made = make_reach(word)) ? 0 : -1;
	case ADDRESS: return prepare_endpoint((struct endpoint **)&change->made, word, count);
	case ALLOW: return prepare_group((struct group **)&change->made, word, count);
	case SERVE: return prepare_server((struct server **)&change->made, word, count);
	case RETARGET:
		same = same_listener(request->member, word[0]);
		fd = &same;
		break;
	case FORWARD:
	case RELAY:
	case LIMIT:
		if (request->fds_taken++ == request->fd_count)
			return errno = EBADF, -1;
		break;
	default: return 0;
	}
	if (*fd < 0)
		return -1;
	made = change->kind == LIMIT ? prepare_limit((struct limit **)&change->made, word, *fd)
				     : prepare_forward((struct forward **)&change->made, request->member, word, count, *fd);
	if (change->made)
		*fd = -1;
	else if (change->kind == RETARGET)
		close(same);
	return made;
}

/* Reads a line and makes what it asks for; what it made is in request->changes, also where it fails. */
static int prepare(struct request *request, char *const word[], size_t count)
{
	struct change *change = &request->changes[request->change_count];
	enum kind kind = 0;

	while (kind < KINDS && strcmp(VERBS[kind].name, word[0]))
		kind++;
	if (kind == KINDS || count < VERBS[kind].least || count > VERBS[kind].most || (VERBS[kind].of_member && !request->member))
		return errno = EINVAL, -1;
	if (request->change_count == MAX_CHANGES)
		return errno = E2BIG, -1;
	if (request->change_count && change[-1].kind == LEAVE && !change[-1].name)
		return errno = EINVAL, -1;      /* nothing comes after who has left */
	if (count > 1 && strlen(word[1]) > (VERBS[kind].has_label ? MAX_ID : MAX_DEVICE))
		return errno = EINVAL, -1;
	if ((kind == SERVE || kind == UNSERVE) && is_twice(request, word[1]))
		return errno = EINVAL, -1;
	*change = (struct change){ kind, NULL, count > 1 ? word[1] : NULL };
	request->change_count++;
	return make(request, change, word + 1, count - 1);
}

/* None of this can fail. */
static void commit(struct request *request)
{
	struct member *member = request->member;

	if (request->is_new) {
		struct member *old = find_member(member->id);

		add_member(member);     /* first, so that there is one */
		if (old)
			remove_member(old);
	}
	for (size_t i = 0; i < request->change_count; i++) {
		struct change *change = &request->changes[i];

		switch (change->kind) {
		case ASK:
			member->upstreams = *(struct upstreams *)change->made;
			free(change->made);
			break;
		case ADDRESS: put_endpoint(member, change->made); break;
		case REACH: put_reach(member, change->name, change->made); break;
		case LIMIT: put_limit(member, change->name, change->made); break;
		case ALLOW: put_group(member, change->name, change->made); break;
		case SERVE: put_server(change->made); break;
		case UNSERVE: drop_server(change->name); break;
		case FORWARD:
		case RELAY:
		case RETARGET: put_forward(change->made); break;
		case UNFORWARD: drop_forwards(member, change->name); break;
		default: change->name ? drop_endpoint(member, change->name) : remove_member(member);
		}
	}
}

static void undo(struct request *request)
{
	for (size_t i = 0; i < request->change_count; i++) {
		struct change *change = &request->changes[i];

		if (!change->made)
			continue;
		if (change->kind == ASK || change->kind == REACH)
			free(change->made);
		else if (change->kind == ADDRESS)
			free_endpoint(change->made);
		else if (change->kind == ALLOW)
			free_group(change->made);
		else if (change->kind == LIMIT)
			free_limit(change->made);
		else if (change->kind == SERVE)
			free_server(change->made);
		else
			free_forward(change->made);
	}
	if (request->is_new && request->member)
		free_member(request->member);
}

/* How many lines there are with a descriptor. */
static size_t count_descriptors(const char *text)
{
	size_t count = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		count += !strncmp(at, "\nforward ", 9) || !strncmp(at, "\nrelay ", 7) || !strncmp(at, "\nlimit ", 7);
	return count;
}

/* 0, or -1 with errno and the number of the line. */
static int read_request(struct request *request, char *text)
{
	size_t needed = count_descriptors(text);
	char *rest, *word[MAX_WORDS + 1];

	request->line = 1;
	if (request->fd_count != needed && request->fd_count != needed + 1)
		return errno = EBADF, -1;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), request->line++) {
		size_t count = split(line, word);
		int done;

		if (!count)
			return errno = EINVAL, -1;
		if (request->line == 1 && !strcmp(word[0], "member"))
			done = name_member(request, word, count, request->fd_count > needed);
		else
			done = prepare(request, word, count);
		if (done < 0)
			return -1;
	}
	return request->line > 1 && request->fds_taken == request->fd_count ? 0 : (errno = EINVAL, -1);
}

int carry_out(struct request *request, char *text)
{
	static struct change changes[MAX_CHANGES];
	int done, error;

	request->changes = changes;
	done = read_request(request, text);
	error = errno;
	if (done == 0)
		commit(request);
	else
		undo(request);
	errno = error;
	return done;
}
