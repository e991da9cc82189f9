/* The control socket: one request a packet, all of it or nothing. README.md has the lines. */
#include "gateway.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CHANGES = 1024, MAX_WORDS = 4 + MAX_NAMES };
enum kind { ADDRESS, SERVE, UNSERVE, FORWARD, UNFORWARD, LEAVE, KINDS };

struct client {
	struct source source;
	struct client *next;
};

/* A line that has been read, and what it made, which nobody knows yet. */
struct change {
	enum kind kind;
	void *made;
	char *name;             /* the device or label; NULL for all of the member */
};

struct request {
	int fd[MAX_FDS];
	size_t fd_count, fds_taken;
	struct member *member;
	bool is_new;
	struct change *changes;
	size_t change_count;
	size_t line;
};

static struct source door;
static struct client *clients;
static size_t client_count;
static bool is_closed, is_full;
static char request_bytes[MAX_REQUEST + 1];

static const struct verb {
	const char *name;
	size_t least, most;     /* words, with the verb */
	bool of_member;
} VERBS[KINDS] = {
	[ADDRESS] = { "address", 4, 4 + MAX_NAMES, true },
	[SERVE] = { "serve", 4, 4 + MAX_UPSTREAMS, false },
	[UNSERVE] = { "unserve", 2, 2, false },
	[FORWARD] = { "forward", 8, 8, true },
	[UNFORWARD] = { "unforward", 2, 2, true },
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

/* Reads a line and makes what it asks for; what it made is in request->changes, also where it fails. */
static int prepare(struct request *request, char *const word[], size_t count)
{
	struct change *change = &request->changes[request->change_count];
	enum kind kind = 0;
	int made = 0, *fd;

	while (kind < KINDS && strcmp(VERBS[kind].name, word[0]))
		kind++;
	if (kind == KINDS || count < VERBS[kind].least || count > VERBS[kind].most || (VERBS[kind].of_member && !request->member))
		return errno = EINVAL, -1;
	if (request->change_count == MAX_CHANGES)
		return errno = E2BIG, -1;
	if (request->change_count && change[-1].kind == LEAVE && !change[-1].name)
		return errno = EINVAL, -1;      /* nothing comes after who has left */
	if (count > 1 && strlen(word[1]) > (kind == FORWARD || kind == UNFORWARD ? MAX_ID : MAX_DEVICE))
		return errno = EINVAL, -1;
	if ((kind == SERVE || kind == UNSERVE) && is_twice(request, word[1]))
		return errno = EINVAL, -1;
	*change = (struct change){ kind, NULL, count > 1 ? word[1] : NULL };
	request->change_count++;
	if (kind == ADDRESS)
		made = (change->made = make_endpoint(word + 1, count - 1)) ? 0 : -1;
	else if (kind == SERVE)
		made = prepare_server((struct server **)&change->made, word + 1, count - 1);
	else if (kind == FORWARD) {
		if (request->fds_taken == request->fd_count)
			return errno = EBADF, -1;
		fd = &request->fd[request->fds_taken++];
		made = prepare_forward((struct forward **)&change->made, request->member, word + 1, *fd);
		if (change->made)
			*fd = -1;
	}
	return made;
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
		case ADDRESS: put_endpoint(member, change->made); break;
		case SERVE: put_server(change->made); break;
		case UNSERVE: drop_server(change->name); break;
		case FORWARD: put_forward(change->made); break;
		case UNFORWARD: drop_forward(member, change->name); break;
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
		if (change->kind == ADDRESS)
			free(change->made);
		else if (change->kind == SERVE)
			free_server(change->made);
		else
			free_forward(change->made);
	}
	if (request->is_new && request->member)
		free_member(request->member);
}

static size_t count_forwards(const char *text)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, "\nforward ")); at++)
		count++;
	return count;
}

/* 0, or -1 with errno and the number of the line. */
static int read_request(struct request *request, char *text)
{
	size_t forward_count = count_forwards(text);
	char *rest, *word[MAX_WORDS + 1];

	request->line = 1;
	if (request->fd_count != forward_count && request->fd_count != forward_count + 1)
		return errno = EBADF, -1;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), request->line++) {
		size_t count = split(line, word);
		int done;

		if (!count)
			return errno = EINVAL, -1;
		if (request->line == 1 && !strcmp(word[0], "member"))
			done = name_member(request, word, count, request->fd_count > forward_count);
		else
			done = prepare(request, word, count);
		if (done < 0)
			return -1;
	}
	return request->line > 1 && request->fds_taken == request->fd_count ? 0 : (errno = EINVAL, -1);
}

static void answer_list(int fd)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	list_members(out);
	list_servers(out);
	fprintf(out, "connections %zu\nok\n", connection_count());
	fclose(out);
	if (send(fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		note("cannot answer a list");
	free(text);
}

static void answer_request(int fd, struct request *request, ssize_t size, bool is_cut)
{
	static struct change changes[MAX_CHANGES];
	char text[48] = "ok\n";
	int done = -1;

	request->changes = changes;
	request_bytes[size] = 0;
	if (is_closed)
		errno = ESHUTDOWN;
	else if (is_cut || size > MAX_REQUEST || memchr(request_bytes, 0, size))
		errno = EMSGSIZE;
	else
		done = read_request(request, request_bytes);
	if (done == 0)
		commit(request);
	else {
		snprintf(text, sizeof(text), "failed %d %zu\n", errno, request->line);
		undo(request);
	}
	send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void dismiss(struct client *client)
{
	struct client **at = &clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	client_count--;
	unwatch(&client->source);
	discard(&client->source);
}

static void listen_to_client(struct source *source, uint32_t events)
{
	union { struct cmsghdr header; char bytes[CMSG_SPACE(MAX_FDS * sizeof(int))]; } control = { 0 };
	struct iovec part = { request_bytes, MAX_REQUEST };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	struct request request = { 0 };
	ssize_t size = recvmsg(source->fd, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	(void)events;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size <= 0) {
		dismiss((struct client *)source);
		return;
	}
	if (packet.msg_controllen && control.header.cmsg_type == SCM_RIGHTS) {
		request.fd_count = (control.header.cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(request.fd, CMSG_DATA(&control.header), request.fd_count * sizeof(int));
	}
	if ((size == 4 || size == 5) && !memcmp(request_bytes, "list\n", size) && !request.fd_count)
		answer_list(source->fd);
	else
		answer_request(source->fd, &request, size, packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
	for (size_t i = 0; i < request.fd_count; i++)
		if (request.fd[i] >= 0)
			close(request.fd[i]);
}

static bool accept_client(void)
{
	struct client *client = client_count < MAX_CLIENTS ? calloc(1, sizeof(*client)) : NULL;
	int fd = client ? accept4(door.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;

	if (fd < 0) {
		free(client);
		return false;
	}
	client->next = clients;
	clients = client;
	client_count++;
	if (watch(&client->source, fd, listen_to_client, EPOLLIN) < 0)
		dismiss(client);
	return true;
}

/* Who finds no place waits until there is one. */
static void open_door(struct source *source, uint32_t events)
{
	(void)events;
	if (accept_client() || errno == EAGAIN || rewatch(source, 0) < 0)
		return;
	note("the control socket waits");
	is_full = true;
	waiting++;
}

void control_tick(void)
{
	if (!is_full || is_closed || rewatch(&door, EPOLLIN) < 0)
		return;
	is_full = false;
	waiting--;
}

int control_begin(void)
{
	if (fcntl(CONTROL_FD, F_SETFL, O_RDWR | O_NONBLOCK) < 0 || fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	return watch(&door, CONTROL_FD, open_door, EPOLLIN);
}

/* Nobody new comes in; who is in already hears that it is too late. */
void control_end(void)
{
	is_closed = true;
	shutdown(CONTROL_FD, SHUT_RD);
	while (accept_client())
		;
	unwatch_shared(&door);
}

bool control_is_busy(void) { return client_count; }
