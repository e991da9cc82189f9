/*
 * The launcher: mechanism without policy. It carries out plans that TypeScript computed
 * (engine/plan), holds and joins the user's namespace, and stays as a container's monitor.
 * README.md beside this file has the contract.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	CONTROL_FD = 3,         /* socket to the tspod that started us: plan in, status out */
	HELPER_READY_FD = 4,    /* in a helper: written to when it is ready */
	HELPER_EXIT_FD = 5,     /* in a helper: reads end of file when the monitor is gone */
	HELPER_FUSE_FD = 6,     /* in a helper: the file system that fuse mounted, to be served */
	MAX_PLAN = 8 << 20,     /* bytes */
	MAX_STEPS = 1 << 16,
	MAX_ARGS = 7,           /* of one step */
	MAX_TREES = 1024,       /* mounts held detached between tree and attach */
	MAX_HELPERS = 4,
	MAX_WATCHED = 4,
	WATCHED_NAME = 16,
	MAX_LISTENERS = 250,    /* with a process they fit into one packet: SCM_MAX_FD */
	KEPT_FD = 4,            /* the first of the descriptors that our caller has the program given */
	CHUNK = 1 << 18,        /* bytes the monitor carries at once */
	ENGINE_ERROR = 125,
	HELPER_PATIENCE_MS = 30000,
	NR_CLOSE_RANGE = 436,   /* close_range(2); musl's headers lack it */
	NR_PIDFD_SEND_SIGNAL = 424,
	NR_PIDFD_OPEN = 434,
};

/* How a path may not lead on: RESOLVE_NO_MAGICLINKS, that with RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH. openat2(2) */
enum { NO_MAGIC_LINKS = 2, NO_LINKS = 2 | 4, BENEATH = 8 };

/* The bits of io's argument: a terminal, a stdin, our caller's streams as they are, and which of them are attached. */
enum { IO_TERMINAL = 1, IO_STDIN = 2, IO_PASSED = 4, IO_ATTACHED = 3 /* bits to shift */ };

enum { LOG_K8S, LOG_JSON, LOG_JOURNAL };

struct op {
	const char *name;
	int nargs;
	int (*run)(char *const arg[]);
};

struct step {
	const struct op *op;
	char *arg[MAX_ARGS];
};

struct plan {
	struct step *steps;
	size_t count;
	void *memory;
	size_t size;
};

struct log {
	int fd;
	int format;
	char *path, *fields;
	unsigned long max_size, max_files;
};

struct health {
	char *plan;             /* a file */
	unsigned long interval_ms, timeout_ms, start_period_ms, start_interval_ms, retries, successes;
	size_t output_size;     /* of which so much is kept */
};

/* Whose end is looked at while the container runs; one without a name is none. */
struct watched {
	char name[WATCHED_NAME];
	int pidfd;
	bool is_helper;         /* a guard of ours */
	bool is_ending;         /* somebody wants it to */
};

/* What the steps build up. The child of clone and of helper starts with a copy. */
struct state {
	struct plan plan;
	size_t index;           /* of the step being carried out */
	size_t skip;            /* steps that belong to a child just made */
	bool in_child;
	bool is_inside;         /* the root file system is the container's */
	int sync_fd;            /* between monitor and child */
	pid_t child;
	int child_pidfd;
	pid_t beside;           /* carries out steps while we wait */
	int sibling_fd;         /* to the child that it made */
	pid_t joined_pid;       /* of the container that join-pid named */
	int joined_pidfd;
	int io;
	int inner[3];           /* the container's stdin, stdout, stderr */
	int outer[3];           /* the monitor's ends of the same; [0] is the terminal with IO_TERMINAL */
	int trees[MAX_TREES];
	int record_dir;
	int mounts_fd;          /* the container's mount namespace: to undo it takes time, which nobody shall wait for to hear how it ended */
	struct log log;
	struct health health, startup;  /* the latter first, while it has a plan */
	int64_t deadline_ms;    /* how long the container may run; 0 for ever */
	int owner_pidfd;        /* the container ends with this process */
	char *detach_keys;
	size_t kept;            /* descriptors of our caller's, from KEPT_FD on */
	bool gathers;           /* processes that the container leaves behind are ours to end */
	pid_t helpers[MAX_HELPERS];
	size_t helper_count;
	int helper_ready;       /* of the latest one */
	int helper_exit;        /* held open as long as we live */
	int fuse_fd;
	struct watched watched[MAX_WATCHED];
	char **look;            /* what to start when one of them has ended */
	int gateway_fd;         /* to who serves the network */
	int listeners[MAX_LISTENERS];
	size_t listener_count;
	char **argv, **envp;
	size_t argc, envc;
	int exec_errno;         /* why the best candidate so far could not be executed */
	unsigned short filter_length;
	void *filter;
};

extern struct state state;
extern const struct op ops[];

#define OP(name, nargs, run) int run(char *const arg[]);
#include "ops.h"
#undef OP

unsigned long number(const char *text);
int plan_read(struct plan *plan, int fd);
int plan_parse(struct plan *plan, char *bytes, size_t size);
void run_steps(size_t from, size_t to);
int send_message(char kind, int fd);
int receive_message(void);
int wait_readable(int fd, int patience_ms);
void end_children(void);
void log_write(int stream, const char *data, size_t size);
int start_time(pid_t pid, char *out, size_t size);
int open_process(const char *pid, const char *start);
int write_file(const char *path, const char *text);
int open_strictly(int dir, const char *path, int flags, unsigned resolve);
int open_inside(const char *path, int flags);
int enter_inside(const char *path);
int open_parent(const char *path, const char **name);
int make_inside(const char *path, int mode);
void init_reap(pid_t child);
void guard_reap(pid_t child);
int hold_main(char *const argv[]);
int enter_main(char *const argv[]);
int after_main(char *const argv[]);
void run_main(char *kept);
void drop_streams(void);

#endif
