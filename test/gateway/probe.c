/*
 * What node cannot: sockets of whole packets, and descriptors that go with them.
 *   probe bind PATH PROGRAM ARG…   becomes the program, with a socket at PATH as descriptor 3; with the device refused0 as
 *                                  descriptor 4 where that is the last of two arguments
 *   probe ask PATH HANDLE…         sends what is on stdin with a descriptor for each HANDLE, prints the answer.
 *                                  pid:PID is a pidfd, listen:PORT a dual-stack socket, udp:PORT one of UDP on 127.0.0.1,
 *                                  udp6:PORT on ::1, file:PATH a log, null /dev/null
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_HANDLES = 253, NR_PIDFD_OPEN = 434, PATIENCE_S = 10 };

static char text[1 << 18];

static int fail(const char *what) { return perror(what), 1; }

static int open_udp(const char *port, int is_v6)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(port)), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	const int yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return bind(fd, is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, is_v6 ? sizeof(v6) : sizeof(v4)) < 0 ? -1 : fd;
}

static int open_handle(const char *handle)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	const int yes = 1;
	int fd;

	if (!strncmp(handle, "pid:", 4))
		return syscall(NR_PIDFD_OPEN, atoi(handle + 4), 0);
	if (!strncmp(handle, "file:", 5))
		return open(handle + 5, O_RDWR | O_APPEND | O_CREAT, 0600);
	if (!strncmp(handle, "udp", 3))
		return open_udp(strchr(handle, ':') + 1, handle[3] == '6');
	if (strncmp(handle, "listen:", 7))
		return open("/dev/null", O_RDONLY);
	address.sin6_port = htons(atoi(handle + 7));
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 512) < 0)
		return -1;
	return fd;
}

static int open_device(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "refused0" };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	return fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 || (fd != 4 && dup2(fd, 4) < 0) ? -1 : 0;
}

int main(int argc, char *argv[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(MAX_HANDLES * sizeof(int))]; } control = { 0 };
	struct iovec part = { text, 0 };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1 };
	const struct timeval patience = { PATIENCE_S, 0 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), count = argc - 3;
	ssize_t got;

	strncpy(address.sun_path, argv[2], sizeof(address.sun_path) - 1);
	if (!strcmp(argv[1], "bind")) {
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 64) < 0 || (fd != 3 && dup2(fd, 3) < 0))
			return fail("bind");
		if (argc == 6 && open_device() < 0)
			return fail("refused0");
		execv(argv[3], argv + 3);
		return fail(argv[3]);
	}
	while ((got = read(0, text + part.iov_len, sizeof(text) - part.iov_len)) > 0)
		part.iov_len += got;
	for (int i = 0; i < count; i++) {
		int handle = open_handle(argv[3 + i]);

		if (handle < 0)
			return fail(argv[3 + i]);
		memcpy(CMSG_DATA(&control.header) + i * sizeof(int), &handle, sizeof(handle));
	}
	if (count) {
		packet.msg_control = control.bytes;
		packet.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &(int){ 1 << 20 }, sizeof(int));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || sendmsg(fd, &packet, 0) < 0)
		return fail(argv[2]);
	if ((got = recv(fd, text, sizeof(text), 0)) < 0)
		return fail("answer");
	return fwrite(text, 1, got, stdout) == (size_t)got ? 0 : 1;
}
