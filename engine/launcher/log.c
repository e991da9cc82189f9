/* Writes the container's output as lines "TIME STREAM F|P TEXT": the k8s-file format of conmon(8). */
#include "launcher.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 16384, FLOOD = 8 << 20 };

static char buffer[CHUNK];
static size_t used;

/*
 * A full disk loses log, never output. A flood is sent to the disk as it comes, and what has got there
 * leaves the cache, where it would take the place of files that are in use. sync_file_range(2)
 */
static void write_log(int fd, const char *data, size_t size)
{
	static off_t sent;
	ssize_t done = write(fd, data, size);
	off_t end = lseek(fd, 0, SEEK_CUR);

	if (done < 0 || end - sent < FLOOD)
		return;
	sync_file_range(fd, sent, end - sent, SYNC_FILE_RANGE_WRITE);
	posix_fadvise(fd, 0, sent - FLOOD, POSIX_FADV_DONTNEED);
	sent = end;
}

static void flush(int fd)
{
	write_log(fd, buffer, used);
	used = 0;
}

/* Small pieces are gathered, large ones written from where they stand. */
static void append(int fd, const char *data, size_t size)
{
	if (used + size > sizeof(buffer) || size >= LARGE)
		flush(fd);
	if (size >= LARGE) {
		write_log(fd, data, size);
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

/* Appends `data`, which was just read from `stream`; P marks a line that did not end with it. */
void log_write(int fd, const char *stream, const char *data, size_t size)
{
	struct timespec now;
	struct tm utc;
	char head[64];
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	length = strftime(head, sizeof(head), "%Y-%m-%dT%H:%M:%S", &utc);
	length += snprintf(head + length, sizeof(head) - length, ".%09ld+00:00 %s F ", now.tv_nsec, stream);
	while (size) {
		const char *end = find_newline(data, size);
		size_t line = end ? (size_t)(end - data) + 1 : size;

		head[length - 2] = end ? 'F' : 'P';
		append(fd, head, length);
		append(fd, data, line);
		if (!end)
			append(fd, "\n", 1);
		data += line;
		size -= line;
	}
	flush(fd);
}
