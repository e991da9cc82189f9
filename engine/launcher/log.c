/*
 * Writes the container's output down: as lines "TIME STREAM F|P TEXT", the k8s-file format of conmon(8);
 * as Docker's json-file; or as entries of the journal, systemd.io/JOURNAL_NATIVE_PROTOCOL.
 */
#include "launcher.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 16384, FLOOD = 8 << 20, ENTRY = 32768 };

static char buffer[CHUNK / 4];
static size_t used;
static size_t size_now, sent;
static struct cut { size_t size; unsigned char bytes[4]; } cuts[3];     /* of each stream: a character that a read cut off */
static const char *const NAMES[] = { "", "stdout", "stderr" };

/*
 * Another file takes its place once it is too large: FILE becomes FILE.1, that one FILE.2. FILE itself is
 * there all the time, as where it is not there is no log; where files have no second name, it is not for a moment.
 * Where no other can be made, as on a full disk, none is moved, and FILE goes on.
 */
static void rotate(void)
{
	const struct log *log = &state.log;
	char from[4096], to[4096], next[4096];
	int fd;

	if (snprintf(next, sizeof(next), "%s.next", log->path) >= (int)sizeof(next))
		return;
	unlink(next);
	fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	for (unsigned long i = log->max_files - 1; i > 1; i--) {
		snprintf(from, sizeof(from), "%s.%lu", log->path, i - 1);
		snprintf(to, sizeof(to), "%s.%lu", log->path, i);
		rename(from, to);
	}
	if (log->max_files > 1) {
		snprintf(to, sizeof(to), "%s.1", log->path);
		unlink(to);
		if (link(log->path, to) < 0)
			rename(log->path, to);
	}
	rename(next, log->path);
	dup3(fd, log->fd, O_CLOEXEC);
	close(fd);
	size_now = sent = 0;
}

/*
 * A full disk, or a pipe that nobody empties, loses log, never output. A flood is sent to the disk as it comes,
 * and what has got there leaves the cache, where it would take the place of files that are in use. sync_file_range(2)
 */
static void write_log(const char *data, size_t size)
{
	int fd = state.log.fd;
	ssize_t done = size ? write(fd, data, size) : -1;

	if (done < 0)
		return;
	size_now += done;
	if (size_now - sent < FLOOD)
		return;
	sync_file_range(fd, sent, size_now - sent, SYNC_FILE_RANGE_WRITE);
	posix_fadvise(fd, 0, sent < FLOOD ? 0 : sent - FLOOD, POSIX_FADV_DONTNEED);
	sent = size_now;
}

static void flush(void)
{
	write_log(buffer, used);
	used = 0;
}

/* Small pieces are gathered, large ones written from where they stand. */
static void append(const char *data, size_t size)
{
	if (used + size > sizeof(buffer) || size >= LARGE)
		flush();
	if (size >= LARGE) {
		write_log(data, size);
		return;
	}
	memcpy(buffer + used, data, size);
	used += size;
}

/* memchr(3) for long lines: a C library without vectors spends more on the search than the kernel on the writing. */
static const char *find_newline(const char *data, size_t size)
{
	typedef char block __attribute__((vector_size(64)));
	const char *end = data + size;

	for (; end - data >= (ptrdiff_t)sizeof(block); data += sizeof(block)) {
		uint64_t found[8];
		block bytes;

		memcpy(&bytes, data, sizeof(bytes));
		bytes = bytes == '\n';
		memcpy(found, &bytes, sizeof(found));
		if (found[0] | found[1] | found[2] | found[3] | found[4] | found[5] | found[6] | found[7])
			break;
	}
	return memchr(data, '\n', end - data);
}

/* How long a UTF-8 character is that begins so; 0 where none does. RFC 3629, section 4 */
static size_t length_after(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* The length of the character that begins here; 0 where none does. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	size_t length = length_after(at[0]);

	if (length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f))
		return 0;
	return (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f) ? 0 : length;
}

/* Text as a JSON string holds it; what is no UTF-8 becomes U+FFFD. RFC 8259, section 7 */
static void append_json(const char *text, size_t size)
{
	static const char *const SHORT[] = { ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\" };
	const unsigned char *at = (const unsigned char *)text, *end = at + size, *plain = at;

	while (at < end) {
		size_t length = utf8_length(at, end - at);
		char escape[8] = "\\ufffd";

		if (length > 1 || (length == 1 && *at >= ' ' && *at != '"' && *at != '\\')) {
			at += length;
			continue;
		}
		append((const char *)plain, at - plain);
		if (length && *at < sizeof(SHORT) / sizeof(*SHORT) && SHORT[*at])
			strcpy(escape, SHORT[*at]);
		else if (length)
			snprintf(escape, sizeof(escape), "\\u%04x", *at);
		append(escape, strlen(escape));
		plain = ++at;
	}
	append((const char *)plain, at - plain);
}

/* No more than `size` of the text, and no part of a character at its end. */
static size_t whole_characters(const char *text, size_t size)
{
	for (size_t less = 0; less < 4; less++)
		if ((text[size - less] & 0xc0) != 0x80)
			return size - less;
	return size;
}

/* Adds to what is held of a character as much as goes on with it, and says how much that was. */
static size_t mend(struct cut *cut, const char *text, size_t size)
{
	size_t taken = 0;

	while (cut->size && taken < size && cut->size < length_after(cut->bytes[0]) && (text[taken] & 0xc0) == 0x80)
		cut->bytes[cut->size++] = text[taken++];
	return taken;
}

/* How many bytes at the end begin a character that may go on in what is read next. */
static size_t cut_off(const char *text, size_t size)
{
	for (size_t back = 1; back < 4 && back <= size; back++)
		if ((text[size - back] & 0xc0) != 0x80)
			return length_after(text[size - back]) > back ? back : 0;
	return 0;
}

static void append_text(const char *text) { append(text, strlen(text)); }

static void write_json(const char *stream, const char *time, struct cut *cut, const char *line, size_t size)
{
	append_text("{\"log\":\"");
	append_json((char *)cut->bytes, cut->size);
	append_json(line, size);
	cut->size = 0;
	append_text("\",\"stream\":\"");
	append_text(stream);
	append_text("\",\"time\":\"");
	append_text(time);
	append_text("Z\"}\n");
}

static void write_line(const char *stream, const char *time, const char *line, size_t size)
{
	bool partial = line[size - 1] != '\n';

	append_text(time);
	append_text("+00:00 ");
	append_text(stream);
	append_text(partial ? " P " : " F ");
	append(line, size);
	if (partial)
		append_text("\n");
}

/* One datagram. It is lost where the journal is too busy, as elsewhere. */
static void write_entry(int stream, const char *line, size_t size)
{
	bool partial = line[size - 1] != '\n';
	struct iovec parts[] = {
		{ stream == 2 ? "PRIORITY=3\n" : "PRIORITY=6\n", 11 },
		{ state.log.fields, strlen(state.log.fields) },
		{ "CONTAINER_PARTIAL_MESSAGE=true\n", partial ? 31 : 0 },
		{ "MESSAGE=", 8 }, { (char *)line, size - !partial }, { "\n", 1 },
	};
	struct msghdr entry = { .msg_iov = parts, .msg_iovlen = sizeof(parts) / sizeof(*parts) };

	sendmsg(state.log.fd, &entry, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* log-journal SOCKET FIELDS: the journal's; FIELDS are lines that each entry gets. unix(7) */
int op_log_journal(char *const arg[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	state.log.format = LOG_JOURNAL;
	state.log.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (state.log.fd < 0 || strlen(arg[0]) >= sizeof(address.sun_path) || !(state.log.fields = strdup(arg[1])))
		return -1;
	strcpy(address.sun_path, arg[0]);
	return connect(state.log.fd, (struct sockaddr *)&address, sizeof(address));
}

/* log FILE FORMAT MAX-SIZE MAX-FILES: 0 is no limit. */
int op_log(char *const arg[])
{
	struct stat status;

	state.log.format = number(arg[1]);
	state.log.max_size = number(arg[2]);
	state.log.max_files = number(arg[3]);
	state.log.path = strdup(arg[0]);
	state.log.fd = open(arg[0], O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state.log.fd < 0 || !state.log.path || !state.log.max_files || fstat(state.log.fd, &status) < 0)
		return -1;
	if (!S_ISREG(status.st_mode))
		state.log.max_size = 0; /* a device or a pipe has no size, and nothing takes its place */
	size_now = sent = status.st_size;
	return 0;
}

/* Writes what was just read from a stream, its lines as such; one that did not end with it is marked as partial. Nothing is the stream's end. */
void log_write(int stream, const char *data, size_t size)
{
	struct cut *cut = &cuts[stream];
	bool ends = !size;
	struct timespec now;
	struct tm utc;
	char time[48];
	size_t length, held = 0;

	if (state.log.fd < 0)
		return;
	if (state.log.format == LOG_JSON) {
		length = mend(cut, data, size);
		data += length;
		size -= length;
		if (!ends && !size && cut->size < length_after(cut->bytes[0]))
			return;
		held = cut_off(data, size);
		size -= held;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	length = strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(time + length, sizeof(time) - length, ".%09ld", now.tv_nsec);
	while (size || cut->size) {
		if (state.log.max_size && size_now + used >= state.log.max_size) {
			flush();
			rotate();
		}
		const char *end = find_newline(data, size);
		size_t line = end ? (size_t)(end - data) + 1 : size;

		if (state.log.format == LOG_K8S)
			write_line(NAMES[stream], time, data, line);
		else if (state.log.format == LOG_JSON)
			write_json(NAMES[stream], time, cut, data, line = line < LARGE ? line : whole_characters(data, LARGE));
		else
			write_entry(stream, data, line = line < ENTRY ? line : ENTRY);
		data += line;
		size -= line;
	}
	memcpy(cut->bytes, data, held);
	cut->size = held;
	flush();
}
