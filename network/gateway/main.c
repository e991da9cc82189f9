/* gateway UPSTREAM [REFUSED]: see gateway.h */
#include "gateway.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, FAREWELL_MS = 250, QUIET_MS = 10000, LONELY_MS = 30000, LINGER_MS = 1000 };

struct address default_upstream;
char buffer[BUFFER];
size_t descriptor_limit = 1024, waiting;

static int epoll_fd;
static struct source *discarded, *resting;
static int64_t ends_at;         /* when nobody is waited for any more; 0 while there are members */

static void ignore(struct source *source, uint32_t events) { (void)source, (void)events; }

/* The descriptor is the source's, also where it cannot be watched. */
int watch(struct source *source, int fd, void (*ready)(struct source *, uint32_t), uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	source->fd = fd;
	source->ready = ready;
	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* What is ready already is told of once more, also of an edge. epoll_ctl(2) */
int rewatch(struct source *source, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };

	return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

/* Nothing is heard of a source that is read until the next tick: there are no means to serve it now. */
void rest(struct source *source, const char *what)
{
	note(what);
	if (source->is_resting || rewatch(source, 0) < 0)
		return;
	source->is_resting = true;
	source->next_resting = resting;
	resting = source;
	waiting++;
}

/* No source rests any more, or this one. */
static void wake(const struct source *one)
{
	for (struct source **at = &resting; *at;) {
		struct source *source = *at;

		if (one && source != one) {
			at = &source->next_resting;
			continue;
		}
		*at = source->next_resting;
		source->is_resting = false;
		waiting--;
		rewatch(source, EPOLLIN);
	}
}

/* Closes the descriptor; events that are on their way reach nobody. */
void unwatch(struct source *source)
{
	if (source->is_resting)
		wake(source);
	if (source->ready && source->fd >= 0)
		close(source->fd);
	source->fd = -1;
	source->ready = ignore;
}

/* The same for one that others have, too: their copy would keep it in the epoll. epoll(7), "Questions and answers" 6 */
void unwatch_shared(struct source *source)
{
	if (source->is_resting)
		wake(source);
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	unwatch(source);
}

/* Frees what `source` is the first member of, once no event can name it any more. */
void discard(struct source *source)
{
	source->next_discarded = discarded;
	discarded = source;
}

static void free_discarded(void)
{
	while (discarded) {
		struct source *next = discarded->next_discarded;

		free(discarded);
		discarded = next;
	}
}

int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* A line for the operator, and then silence for a while. */
void note(const char *what)
{
	static int64_t next;
	int error = errno;

	if (now_ms() < next)
		return;
	next = now_ms() + QUIET_MS;
	dprintf(2, "gateway: %s: %s\n", what, strerror(error));
}

bool is_short_of_means(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
}

/* As the first process of a pid namespace it would not end by default. pid_namespaces(7) */
static void end(int number)
{
	(void)number;
	_exit(0);
}

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	descriptor_limit = limit.rlim_max;
}

static void turn(bool is_urgent)
{
	struct epoll_event events[BATCH];
	int count = epoll_wait(epoll_fd, events, BATCH, is_urgent ? 0 : waiting ? TICK_MS : -1);

	for (int i = 0; i < count; i++) {
		struct source *source = events[i].data.ptr;

		source->ready(source, events[i].events);
	}
}

/*
 * Without members for a while, and without anybody who may be about to bring one. The first may never come, where whoever
 * had us started failed; one more comes soon where containers follow one another.
 */
static void end_when_idle(void)
{
	static int64_t until;
	static bool had_members;

	if (ends_at)
		return;
	if (members) {
		waiting -= until != 0;
		until = 0;
		had_members = true;
		return;
	}
	if (!until) {
		until = now_ms() + (had_members ? LINGER_MS : LONELY_MS);
		waiting++;
	}
	if (now_ms() < until)
		return;
	control_admit();
	if (control_is_busy())
		return;
	control_end();
	ends_at = now_ms() + FAREWELL_MS;
}

static void tick(void)
{
	static int64_t last;
	int64_t now = now_ms();

	if (now - last < TICK_MS)
		return;
	last = now;
	resolver_tick(now);
	dialogues_tick(now);
	relay_tick(now);
	wake(NULL);
}

int main(int argc, char *argv[])
{
	bool is_urgent = false;

	if (argc < 2 || argc > 3 || parse_address(argv[1], 0, &default_upstream) < 0) {
		dprintf(2, "usage: gateway UPSTREAM [REFUSED]\n");
		return 2;
	}
	signal(SIGTERM, end);
	signal(SIGINT, end);
	signal(SIGPIPE, SIG_IGN);
	raise_limit();
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0 || control_begin() < 0) {
		note("cannot listen on descriptor 3");
		return 1;
	}
	if (argc == 3 && refused_begin(atoi(argv[2])) < 0) {
		note("cannot tell of what is refused");
		return 1;
	}
	confine(argc == 3);
	while (!ends_at || (now_ms() < ends_at && (control_is_busy() || connection_count()))) {
		end_when_idle();
		turn(is_urgent);
		is_urgent = carry_on();
		if (waiting)
			tick();
		free_discarded();
	}
	return 0;
}
