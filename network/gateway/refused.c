/* What members may not reach: it comes by a device, is written down and answered. tun(4), RFC 792, RFC 1812 5.2.7.1 */
#include "gateway.h"
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 64, HEADER = 20, PORTS = 4, ICMP_HEADER = 8, QUOTED = 8, LARGEST_HEADER = 60 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, ECHO_REQUEST = 8, UNREACHABLE = 3, PROHIBITED = 13 };
enum { LINES_AT_ONCE = 20, WINDOW_MS = 1000, MAX_LOG = 1 << 18, KEPT_LOG = 1 << 16 };

static struct source device;
static int answers_fd;

static int64_t wall_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The latest lines stay. */
static void shorten(int log)
{
	struct stat status;
	const char *first;
	ssize_t got;

	if (fstat(log, &status) < 0 || status.st_size < MAX_LOG)
		return;
	got = pread(log, buffer, KEPT_LOG, status.st_size - KEPT_LOG);
	first = got > 0 ? memchr(buffer, '\n', got) : NULL;
	if (ftruncate(log, 0) < 0 || !first)
		return;
	got -= first + 1 - buffer;
	if (write(log, first + 1, got) < got)
		note("a log was cut");
}

/* One line: when, how, where to, which port. So many a second; how many more there were is said by the next. */
static void write_down(struct limit *limit, const char *how, const char *where, unsigned port)
{
	int64_t now = now_ms();
	char line[64 + MAX_NAME];
	int size = 0;

	if (now - limit->window >= WINDOW_MS) {
		limit->window = now;
		limit->lines = 0;
		if (limit->missed)
			size = snprintf(line, sizeof(line), "%lld missed - %zu\n", (long long)wall_ms(), limit->missed);
		limit->missed = 0;
	}
	if (limit->lines++ >= LINES_AT_ONCE) {
		limit->missed++;
		return;
	}
	shorten(limit->log);
	if (size && write(limit->log, line, size) < size)
		note("a log is not written");
	size = snprintf(line, sizeof(line), "%lld %s %s %u\n", (long long)wall_ms(), how, where, port);
	if (write(limit->log, line, size) < size)
		note("a log is not written");
}

/* A name with other letters than those of host names is shown without them. */
void refuse_name(const struct member *member, const char *name)
{
	char shown[MAX_NAME + 1];
	size_t size = 0;

	for (; name[size] && size < MAX_NAME; size++)
		shown[size] = strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_", name[size]) ? name[size] : '?';
	shown[size] = 0;
	write_down(member->endpoints->limit, "name", size ? shown : "?", 0);
}

static struct limit *find_limit(const unsigned char *address)
{
	for (struct member *member = members; member; member = member->next)
		for (struct endpoint *at = member->endpoints; at; at = at->next)
			if (at->limit && at->address[V4].family && !memcmp(at->address[V4].bytes, address, 4))
				return at->limit;
	return NULL;
}

static uint16_t checksum(const unsigned char *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += bytes[i] << 8 | (i + 1 < size ? bytes[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

/* Who sent it hears at once that it is forbidden. */
static void answer(const unsigned char *packet, size_t header, size_t size)
{
	unsigned char message[ICMP_HEADER + LARGEST_HEADER + QUOTED] = { UNREACHABLE, PROHIBITED };
	struct sockaddr_in to = { .sin_family = AF_INET };
	size_t quoted = size < header + QUOTED ? size : header + QUOTED;
	uint16_t sum;

	memcpy(message + ICMP_HEADER, packet, quoted);
	sum = checksum(message, ICMP_HEADER + quoted);
	memcpy(message + 2, &sum, sizeof(sum));
	memcpy(&to.sin_addr, packet + 12, 4);
	sendto(answers_fd, message, ICMP_HEADER + quoted, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
}

static void refuse_packet(const unsigned char *packet, size_t size)
{
	size_t header = size >= HEADER ? (packet[0] & 15) * 4 : 0;
	unsigned protocol = header ? packet[9] : 0;
	bool is_first = header && !((packet[6] & 0x1f) | packet[7]), has_ports = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;
	char how[16], where[INET6_ADDRSTRLEN];
	struct address to = { .family = AF_INET };
	struct limit *limit;

	if (header < HEADER || size < header + PORTS || packet[0] >> 4 != 4 || !is_first || !(limit = find_limit(packet + 12)))
		return;
	if (protocol != PROTOCOL_ICMP || packet[header] == ECHO_REQUEST)
		answer(packet, header, size);
	memcpy(to.bytes, packet + 16, 4);
	snprintf(how, sizeof(how), protocol == PROTOCOL_TCP ? "tcp" : protocol == PROTOCOL_UDP ? "udp" : protocol == PROTOCOL_ICMP ? "icmp" : "%u", protocol);
	write_down(limit, how, address_text(&to, where), has_ports ? packet[header + 2] << 8 | packet[header + 3] : 0);
}

static void read_refused(struct source *source, uint32_t events)
{
	unsigned char packet[LARGEST_HEADER + QUOTED];          /* what does not fit is not needed */

	(void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		ssize_t got = read(source->fd, packet, sizeof(packet));

		if (got < 0)
			return;
		refuse_packet(packet, got);
	}
}

int refused_begin(int fd)
{
	answers_fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, PROTOCOL_ICMP);
	return answers_fd < 0 ? -1 : watch(&device, fd, read_refused, EPOLLIN);
}
