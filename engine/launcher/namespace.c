/* The user's namespace: `hold` keeps one open, `enter` joins it and becomes another program in it. */
#include "launcher.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CAP_ADMIN = 21 };        /* CAP_SYS_ADMIN; musl's headers lack it. capabilities(7) */

/* Field 22 of /proc/PID/stat, in clock ticks since boot: with the pid it names a process for good. proc_pid_stat(5) */
int start_time(pid_t pid, char *out, size_t size)
{
	char text[1024], *at;
	ssize_t got;
	int fd;

	snprintf(text, sizeof(text), "/proc/%d/stat", pid);
	if ((fd = open(text, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return -1;
	text[got] = 0;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at || (size_t)snprintf(out, size, "%.*s", (int)strcspn(at + 1, " "), at + 1) >= size)
		return errno = EPROTO, -1;
	return 0;
}

static void die(const char *what)
{
	fprintf(stderr, "error: could not %s: %s\n", what, strerror(errno));
	exit(ENGINE_ERROR);
}

/* A descriptor of the process, if it is still that one, and no zombie, whose namespaces go when it is reaped; else -1 with ESRCH. pidfd_open(2) */
int open_process(const char *pid, const char *start)
{
	int pidfd = syscall(NR_PIDFD_OPEN, atoi(pid), 0);
	char now[32];

	if (pidfd < 0 || start_time(atoi(pid), now, sizeof(now)) < 0 || strcmp(start, now)
	    || poll(&(struct pollfd){ pidfd, POLLIN, 0 }, 1, 0))
		return errno = ESRCH, -1;
	return pidfd;
}

/*
 * hold FILE [PID]: makes a user namespace, or joins that of process PID; says "ready" on 1, waits
 * on 0 until its ids are mapped, writes "PID START NAMESPACE" to FILE and stays. Whoever opens the
 * namespace checks the first two; the third is how it is found again when we are killed.
 */
int hold_main(char *const argv[])
{
	char start[32], text[64], temporary[4096], byte;
	struct stat namespace;
	int file;

	if (argv[1]) {
		snprintf(temporary, sizeof(temporary), "/proc/%s/ns/user", argv[1]);      /* even a zombie has that */
		if (setns(open(temporary, O_RDONLY | O_CLOEXEC), CLONE_NEWUSER) < 0)
			die("join the user namespace of the containers that run");
	} else if (unshare(CLONE_NEWUSER) < 0) {
		die("make a user namespace");
	}
	if (write(1, "ready\n", 6) != 6 || read(0, &byte, 1) != 1)
		return ENGINE_ERROR;
	if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		die("become root in the user namespace");
	prctl(PR_SET_DUMPABLE, 1);
	if (start_time(getpid(), start, sizeof(start)) < 0 || stat("/proc/self/ns/user", &namespace) < 0)
		die("read /proc/self");
	snprintf(text, sizeof(text), "%d %s %llu\n", getpid(), start, (unsigned long long)namespace.st_ino);
	snprintf(temporary, sizeof(temporary), "%s.%d", argv[0], getpid());
	file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || write(file, text, strlen(text)) < 0 || rename(temporary, argv[0]) < 0)
		die("write the holder's file");
	setsid();
	if (chdir("/") < 0)
		die("leave the directory");
	if (write(1, "held\n", 5) != 5)
		return ENGINE_ERROR;
	syscall(NR_CLOSE_RANGE, 0, ~0U, 0);
	for (;;)
		pause();
}

/* Joins the namespace of the process that FILE names. -1 where there is none. */
static int join_held(const char *path)
{
	char text[64] = "", pid[16], start[32];
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0 || read(file, text, sizeof(text) - 1) <= 0)
		return -1;
	close(file);
	return sscanf(text, "%15s %31s", pid, start) == 2 ? setns(open_process(pid, start), CLONE_NEWUSER) : -1;
}

/* Runs argv and waits for it; -1 where it fails, which it has said itself. */
static int run(char *const argv[])
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die("start the program that makes the user namespace");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Joins the user's namespace, which is made first where there is none; -1 where none can be made. */
static int join_or_make(const char *holder, char *const make[])
{
	if (join_held(holder) == 0)
		return 0;
	if (run(make) < 0)
		return -1;
	if (join_held(holder) < 0)
		die("join the user namespace");
	return 0;
}

/* Starts a `run` beside what we become, which finds the socket to it in _TSPOD_RUN, and has no process to start itself. */
static void start_run(void)
{
	char number[16];
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (child = fork()) < 0)
		die("start the launcher");
	if (child == 0) {
		setsid();
		dup2(ends[1], CONTROL_FD);
		run_main(NULL);
	}
	close(ends[1]);
	snprintf(number, sizeof(number), "%d", ends[0]);
	setenv("_TSPOD_RUN", number, 1);
}

/* How many descriptors our caller left open from 3 on, one after the other: what it may have a container given. */
static void count_inherited(void)
{
	char number[16];
	int fd = CONTROL_FD;

	while (fcntl(fd, F_GETFD) >= 0)
		fd++;
	snprintf(number, sizeof(number), "%d", fd - CONTROL_FD);
	setenv("_TSPOD_FDS", number, 1);
}

/* after MILLISECONDS PROGRAM ARG...: becomes it then. */
int after_main(char *const argv[])
{
	long ms = atol(argv[0]);
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (clock_nanosleep(CLOCK_BOOTTIME, 0, &left, &left) == EINTR)
		;
	execv(argv[1], argv + 1);
	return ENGINE_ERROR;
}

/*
 * enter RUNS FILE PROGRAM NODE ARG...: becomes "NODE ARG..." inside the namespace that FILE's process
 * holds. Where nobody holds one, "NODE PROGRAM hold FILE" makes one first; where it cannot, node runs as the
 * caller, and finds _TSPOD_OUTSIDE. The caller's real ids go on in _TSPOD_UID and _TSPOD_GID, its umask in
 * _TSPOD_UMASK. Root needs no namespace but where it lacks the right to make others, as in a container. With
 * RUNS 1 a `run` is started as well.
 */
int enter_main(char *const argv[])
{
	char *make[] = { argv[3], argv[2], "hold", argv[1], NULL }, uid[16], gid[16], mask[16];
	int outside = 0, fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd < CONTROL_FD)
		;       /* a standard stream that our caller has closed is none of the descriptors that are opened from here on */
	close(fd);
	unsetenv("_TSPOD_OUTSIDE");
	count_inherited();
	snprintf(mask, sizeof(mask), "%u", umask(022));
	setenv("_TSPOD_UMASK", mask, 1);
	snprintf(uid, sizeof(uid), "%u", getuid());
	snprintf(gid, sizeof(gid), "%u", getgid());
	if (geteuid() != 0 || prctl(PR_CAPBSET_READ, CAP_ADMIN, 0, 0, 0) == 0) {
		setenv("_TSPOD_UID", uid, 1);
		setenv("_TSPOD_GID", gid, 1);
		if (join_or_make(argv[1], make) < 0)
			outside = setenv("_TSPOD_OUTSIDE", "1", 1) == 0;
		else if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
			die("become root in the user namespace");
	}
	unsetenv("_TSPOD_RUN");
	if (*argv[0] == '1' && !outside)
		start_run();
	execv(argv[3], argv + 3);
	die("start node");
	return ENGINE_ERROR;
}
