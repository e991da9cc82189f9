/* What the parts of the monitor share: who is connected to it, and the streams. */
#ifndef MONITOR_H
#define MONITOR_H

#include "launcher.h"
#include <poll.h>
#include <termios.h>

enum { MAX_CLIENTS = 64, MAX_LINE = 128, MAX_KEYS = 16 };

/* A tspod on the control socket; the first is the one that started us. */
struct client {
	int control;            /* -1 where there is none */
	int fd[3];              /* its stdin, stdout and stderr, where the container's are attached to them; else -1 */
	bool pipe[3];           /* which of them are pipes */
	bool shared[3];         /* which are descriptions that others have, too, and that may block */
	size_t taken[3];        /* of what each stream holds */
	int lost;               /* the error by which it could not be given all */
	unsigned char keys[MAX_KEYS];   /* detach it when they are typed */
	size_t key_count, matched;
	bool raw;
	struct termios terminal;        /* as it was */
	bool tidies;            /* it stays, and tidies up when the container has ended */
	bool awaits_check, awaits_end;
	char line[MAX_LINE];
	size_t length;
};

extern struct client clients[1 + MAX_CLIENTS];
extern size_t client_count;     /* those from here on have never been used */
extern bool is_gone;            /* the container has ended */

/* streams.c */
enum { STREAM_POLLS = 3, CLIENT_POLLS = 3 };
void connect_streams(void);
void attach_client(struct client *client, const int fd[3], unsigned which, const char *keys);
void detach_client(struct client *client);
void resize_to(const struct client *client);
void poll_streams(struct pollfd *polls);
void poll_client(const struct client *client, struct pollfd *polls);
void carry_streams(const struct pollfd *polls);
void carry_client(struct client *client, const struct pollfd *polls);
void note_ends(ssize_t left[3]);
bool drain_some(ssize_t left[3]);
bool has_pending(const struct client *client);

/* health.c */
enum { HEALTH_POLLS = 2 };
void health_begin(void);
void health_poll(struct pollfd *polls);
void health_turn(const struct pollfd *polls);
int64_t health_due(void);
void health_now(struct client *client);
bool health_reaped(pid_t pid);
void health_end(void);

/* watched.c */
void watched_poll(struct pollfd *polls);
void watched_turn(const struct pollfd *polls);
void watch_process(const char *line);
void end_watched(struct client *client, const char *name);

/* monitor.c */
void reap(void);
int64_t now_ms(void);       /* since boot: a clock that nobody sets */
int64_t wall_ms(void);
void close_fd(int *fd);
void say(struct client *client, const char *text);
int replace_file(const char *name, const char *text);
void tidy_up(void);

#endif
