/*
 * Says who calls.
 *   whoami serve FIRST LAST                  on these ports, TCP and UDP: answers with the caller's address; what a TCP
 *                                            caller says comes back
 *   whoami call tcp|udp ADDRESS PORT [FROM]  prints the answer, or why there is none
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { MAX_PORTS = 400, PATIENCE_S = 5 };

static char text[1 << 16];

static int say(const char *words) { return puts(words), fflush(stdout), 1; }

static int address(const char *host, int port, struct sockaddr_storage *to, socklen_t *size)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;
	const int is_six = strchr(host, ':') != NULL;

	*to = (struct sockaddr_storage){ .ss_family = is_six ? AF_INET6 : AF_INET };
	*(is_six ? &v6->sin6_port : &v4->sin_port) = htons(port);
	*size = is_six ? sizeof(*v6) : sizeof(*v4);
	return inet_pton(to->ss_family, host, is_six ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr);
}

static int call(int count, char *argv[])
{
	struct sockaddr_storage to, from;
	struct timeval patience = { PATIENCE_S, 0 };
	socklen_t to_size, from_size;
	const int is_udp = !strcmp(argv[0], "udp");
	ssize_t got;
	int fd;

	address(argv[1], atoi(argv[2]), &to, &to_size);
	fd = socket(to.ss_family, is_udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (count > 3 && (address(argv[3], 0, &from, &from_size), bind(fd, (void *)&from, from_size)) < 0)
		return say(strerror(errno));
	if (connect(fd, (void *)&to, to_size) < 0 || (is_udp && send(fd, "?", 1, 0) < 0) || (got = recv(fd, text, sizeof(text), 0)) < 0)
		return say(strerror(errno));
	return fwrite(text, 1, got, stdout), 0;
}

static int listen_on(int port, int type)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, type, 0), no = 0;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (bind(fd, (void *)&any, sizeof(any)) < 0 || (type == SOCK_STREAM && listen(fd, 128) < 0))
		exit(say(strerror(errno)));
	return fd;
}

static void name(const struct sockaddr_in6 *peer, char *out, size_t size)
{
	getnameinfo((const void *)peer, sizeof(*peer), out, size - 1, NULL, 0, NI_NUMERICHOST);
	if (!strncmp(out, "::ffff:", 7))
		memmove(out, out + 7, strlen(out + 7) + 1);
	strcat(out, "\n");
}

static void answer(int fd, int is_udp)
{
	struct sockaddr_in6 peer;
	socklen_t size = sizeof(peer);
	char who[80];
	ssize_t got;
	int caller;

	if (is_udp) {
		recvfrom(fd, text, sizeof(text), 0, (void *)&peer, &size);
		name(&peer, who, sizeof(who));
		sendto(fd, who, strlen(who), 0, (void *)&peer, size);
		return;
	}
	if ((caller = accept(fd, (void *)&peer, &size)) < 0 || fork()) {
		close(caller);
		return;
	}
	name(&peer, who, sizeof(who));
	for (got = write(caller, who, strlen(who)); got > 0 && (got = read(caller, text, sizeof(text))) > 0; got = write(caller, text, got))
		;
	_exit(0);
}

int main(int argc, char *argv[])
{
	static struct pollfd polls[2 * MAX_PORTS];
	int count = 0;

	if (!strcmp(argv[1], "call"))
		return call(argc - 2, argv + 2);
	signal(SIGCHLD, SIG_IGN);
	for (int port = atoi(argv[2]); port <= atoi(argv[3]) && count < 2 * MAX_PORTS; port++) {
		polls[count++] = (struct pollfd){ listen_on(port, SOCK_STREAM), POLLIN, 0 };
		polls[count++] = (struct pollfd){ listen_on(port, SOCK_DGRAM), POLLIN, 0 };
	}
	for (say("ready"); poll(polls, count, -1) > 0;)
		for (int i = 0; i < count; i++)
			if (polls[i].revents)
				answer(polls[i].fd, i % 2);
	return 1;
}
