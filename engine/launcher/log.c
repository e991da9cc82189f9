/* Writes the container's output as lines "TIME STREAM F|P TEXT": the k8s-file format of conmon(8). */
#include "launcher.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 16384 };

static char buffer[CHUNK];
static size_t used;

/* A full disk loses log, never output. */
static void write_log(int fd, const char *data, size_t size)
{
	ssize_t done = write(fd, data, size);

	(void)done;
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
		const char *end = memchr(data, '\n', size);
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
