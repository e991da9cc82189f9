/* Operations on networks. What is sent was computed by network/: messages for the kernel, lines for the gateway. */
#include "launcher.h"
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

/* musl has no headers of Linux's. netlink(7) */
enum { ROUTE_FAMILY = 0, ERROR_TYPE = 2 };
struct header { uint32_t size; uint16_t type, flags; uint32_t sequence, port; };
struct answer { struct header header; int32_t error; };

/* include/uapi/linux/if_tun.h */
enum { DEVICE_TUN = 1, DEVICE_NO_INFORMATION = 0x1000 };
#define SET_DEVICE _IOW('T', 202, int)
#define SET_DEVICE_INDEX _IOW('T', 218, unsigned)

static unsigned digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/* Pairs of hexadecimal digits become bytes, where they stand. How many. */
static size_t unhex(char *text)
{
	size_t size = strlen(text) / 2;

	for (size_t i = 0; i < size; i++)
		text[i] = (char)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	return size;
}

/* 0 where the kernel has done what the message says, or failed with `tolerated`. netlink(7) */
static int ask_kernel(int fd, const char *message, size_t size, int tolerated)
{
	struct answer answer;

	if (send(fd, message, size, 0) < 0 || recv(fd, &answer, sizeof(answer), MSG_TRUNC) < 0)
		return -1;
	if (answer.header.type != ERROR_TYPE)
		return errno = EPROTO, -1;
	return answer.error == 0 || -answer.error == tolerated ? 0 : (errno = -answer.error, -1);
}

/* netlink TOLERATED MESSAGES: sends one after the other, in hexadecimal; the errno TOLERATED is none. rtnetlink(7) */
int op_netlink(char *const arg[])
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, ROUTE_FAMILY), tolerated = (int)number(arg[0]);
	size_t left = unhex(arg[1]);
	uint32_t size;

	if (fd < 0)
		return -1;
	for (char *at = arg[1]; left; at += size, left -= size) {
		if (left < sizeof(struct header))
			return errno = EPROTO, -1;
		memcpy(&size, at, sizeof(size));        /* each is padded already */
		if (size < sizeof(struct header) || size > left)
			return errno = EPROTO, -1;
		if (ask_kernel(fd, at, size, tolerated) < 0)
			return -1;
	}
	return close(fd);
}

/* enter FD: the namespace that this descriptor is. setns(2) */
int op_enter(char *const arg[])
{
	return setns((int)number(arg[0]), 0);
}

/* netlink-of LINK AT MESSAGE: sends a message, in hexadecimal, in which the link's index is to stand at byte AT. netdevice(7) */
int op_netlink_of(char *const arg[])
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, ROUTE_FAMILY);
	uint32_t index = if_nametoindex(arg[0]);
	size_t at = number(arg[1]), size = unhex(arg[2]);

	if (fd < 0 || !index)
		return -1;
	if (at + sizeof(index) > size)
		return errno = EPROTO, -1;
	memcpy(arg[2] + at, &index, sizeof(index));
	return ask_kernel(fd, arg[2], size, 0) < 0 ? -1 : close(fd);
}

/* listen TYPE V6ONLY ADDRESS: a socket of TCP (1) or UDP (2) on that struct sockaddr, in hexadecimal, to be handed over by tell. ip(7), ipv6(7) */
int op_listen(char *const arg[])
{
	struct sockaddr_storage address = { 0 };
	int one = 1, only = *arg[1] == '1', type = *arg[0] == '1' ? SOCK_STREAM : SOCK_DGRAM, fd;
	size_t size = unhex(arg[2]);

	if (size < sizeof(struct sockaddr_in) || size > sizeof(address) || state.listener_count == MAX_LISTENERS)
		return errno = EINVAL, -1;
	memcpy(&address, arg[2], size);
	fd = socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0)
		return -1;
	if (address.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) < 0)
		return -1;
	state.listeners[state.listener_count++] = fd;
	if (bind(fd, (struct sockaddr *)&address, size) < 0)
		return -1;
	return type == SOCK_STREAM ? listen(fd, SOMAXCONN) : 0;
}

/* hand-over FILE: opens it for appending, made where there is none, to be handed over by tell. open(2) */
int op_hand_over(char *const arg[])
{
	if (state.listener_count == MAX_LISTENERS)
		return errno = EINVAL, -1;
	state.listeners[state.listener_count] = open(arg[0], O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	return state.listeners[state.listener_count] < 0 ? -1 : (state.listener_count++, 0);
}

/* tun NAME INDEX FD: makes a device of packets, which are read from that descriptor, by the program, too. tun(4) */
int op_tun(char *const arg[])
{
	struct ifreq request = { .ifr_flags = DEVICE_TUN | DEVICE_NO_INFORMATION };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unsigned index = (unsigned)number(arg[1]);

	strncpy(request.ifr_name, arg[0], sizeof(request.ifr_name) - 1);
	if (fd < 0 || ioctl(fd, SET_DEVICE_INDEX, &index) < 0 || ioctl(fd, SET_DEVICE, &request) < 0)
		return -1;
	return dup2(fd, (int)number(arg[2])) < 0 ? -1 : close(fd);
}

/* The directory's own path may be too long for an address. unix(7) */
static int control_address(const char *dir, const char *name, struct sockaddr_un *address)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%.32s", fd, name);
	return fd;
}

/* serve DIR NAME: descriptor 3 becomes a socket of that name, on which requests come as packets. */
int op_serve(char *const arg[])
{
	struct sockaddr_un address;
	int dir = control_address(arg[0], arg[1], &address), fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (dir < 0 || fd < 0)
		return -1;
	unlinkat(dir, arg[1], 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, SOMAXCONN) < 0)
		return -1;
	close(dir);
	return dup2(fd, CONTROL_FD) < 0 ? -1 : close(fd);
}

/* ready: a helper says that it is. */
int op_ready(char *const arg[])
{
	(void)arg;
	return write(HELPER_READY_FD, "r", 1) == 1 ? 0 : -1;
}

/* reach DIR NAME: connects to who serves it. */
int op_reach(char *const arg[])
{
	struct sockaddr_un address;
	int dir = control_address(arg[0], arg[1], &address);

	state.gateway_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (dir < 0 || state.gateway_fd < 0 || connect(state.gateway_fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return close(dir);
}

/* tell MEMBER TEXT: sends it there, with the process of the child (1) or of join-pid (2), and what listen made; until it has been done. */
int op_tell(char *const arg[])
{
	int fds[1 + MAX_LISTENERS], error = EPROTO;
	size_t count = 0;
	struct iovec part = { arg[1], strlen(arg[1]) };
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(fds))]; } control = { 0 };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes };
	char answer[64] = "";

	if (*arg[0] != '0')
		fds[count++] = *arg[0] == '1' ? state.child_pidfd : state.joined_pidfd;
	for (size_t i = 0; i < state.listener_count; i++)
		fds[count++] = state.listeners[i];
	packet.msg_controllen = count ? CMSG_SPACE(count * sizeof(int)) : 0;
	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	if (sendmsg(state.gateway_fd, &packet, MSG_NOSIGNAL) < 0 || wait_readable(state.gateway_fd, PATIENCE_MS) < 0)
		return -1;
	if (recv(state.gateway_fd, answer, sizeof(answer) - 1, 0) <= 0)
		return errno = ECONNRESET, -1;
	while (state.listener_count)
		close(state.listeners[--state.listener_count]);
	if (!strcmp(answer, "ok\n"))
		return 0;
	sscanf(answer, "failed %d", &error);
	if (error == ESRCH && state.child)
		receive_message();      /* a child that failed is the better reason */
	return errno = error, -1;
}

/* hang-up: nothing more is told. */
int op_hang_up(char *const arg[])
{
	(void)arg;
	return close(state.gateway_fd);
}
