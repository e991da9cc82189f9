/* The control socket: one request a packet, with descriptors. */
#include "gateway.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct source door;
static size_t client_count;
static bool is_closed;
static char request_bytes[MAX_REQUEST + 1];

static void answer_list(int fd)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	list_members(out);
	list_servers(out);
	fprintf(out, "connections %zu\npeers %zu\nok\n", connection_count(), flow_count());
	fclose(out);
	if (send(fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		note("cannot answer a list");
	free(text);
}

static void answer_request(int fd, struct request *request, ssize_t size, bool is_cut)
{
	char text[48] = "ok\n";
	int done = -1;

	request_bytes[size] = 0;
	if (is_closed)
		errno = ESHUTDOWN;
	else if (is_cut || memchr(request_bytes, 0, size))
		errno = EMSGSIZE;
	else
		done = carry_out(request, request_bytes);
	if (done < 0)
		snprintf(text, sizeof(text), "failed %d %zu\n", errno, request->line);
	send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void dismiss(struct source *client)
{
	client_count--;
	unwatch(client);
	discard(client);
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
		dismiss(source);
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
	struct source *client = client_count < MAX_CLIENTS ? calloc(1, sizeof(*client)) : (errno = ENOBUFS, NULL);
	int fd = client ? accept4(door.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;

	if (fd < 0) {
		free(client);
		return false;
	}
	client_count++;
	if (watch(client, fd, listen_to_client, EPOLLIN) < 0)
		dismiss(client);
	return true;
}

/* Who finds no place waits until there is one. */
static void open_door(struct source *source, uint32_t events)
{
	(void)events;
	if (!accept_client() && errno != EAGAIN)
		rest(source, "the control socket waits");
}

int control_begin(void)
{
	if (fcntl(CONTROL_FD, F_SETFL, O_RDWR | O_NONBLOCK) < 0 || fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	return watch(&door, CONTROL_FD, open_door, EPOLLIN);
}

/* Who stands at the door comes in. */
void control_admit(void)
{
	while (accept_client())
		;
}

/* Nobody new comes in; who came in this moment hears that it is too late. */
void control_end(void)
{
	is_closed = true;
	shutdown(CONTROL_FD, SHUT_RD);
	control_admit();
	unwatch_shared(&door);
}

bool control_is_busy(void) { return client_count; }
