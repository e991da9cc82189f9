/*
 * Health checks: every so often a plan that stands in a file, an exec in the container, is carried out by
 * another launcher; how it ended goes into the files `health` and `health.log`. When the health changes, the
 * program that tidies up is started, which has the say of what follows.
 */
#include "monitor.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OUTPUT = 1 << 16, MAX_LOG = 1 << 18, FULL_PIPE = 32 /* reads */, TIMED_OUT = -1 };

enum { STARTING, HEALTHY, UNHEALTHY, STUCK };

static const char *const WORDS[] = { "starting", "healthy", "unhealthy", "stuck" };

static struct {
	pid_t pid;              /* of the check that runs, or 0 */
	int socket, output;     /* to it, and what it prints */
	bool killed;
	int64_t begun_ms, started_ms, next_ms, wall_ms;
	unsigned long streak;   /* of failures */
	unsigned long successes;        /* of the checks that come first */
	int status;             /* of WORDS */
	size_t size, length;
	char line[MAX_LINE];
} check = { .socket = -1, .output = -1 };

static char printed[MAX_OUTPUT];        /* not among the above, as what begins with a value is in the program's file */

/*
 * health PLAN-FILE INTERVAL TIMEOUT RETRIES OUTPUT-SIZE PERIOD START-INTERVAL: times in milliseconds. Failures count only
 * after the period; until the first success the checks come by the interval of the start.
 */
int op_health(char *const arg[])
{
	struct health *health = &state.health;

	health->interval_ms = number(arg[1]);
	health->timeout_ms = number(arg[2]);
	health->retries = number(arg[3]);
	health->output_size = number(arg[4]);
	health->start_period_ms = number(arg[5]);
	health->start_interval_ms = number(arg[6]);
	health->plan = strdup(arg[0]);
	return health->plan && health->output_size <= MAX_OUTPUT ? 0 : (errno = EINVAL, -1);
}

/* health-startup SUCCESSES: what health has said is of checks that come first, until so many of them succeeded. */
int op_health_startup(char *const arg[])
{
	state.startup = state.health;
	state.startup.successes = number(arg[0]);
	return 0;
}

static const struct health *current(void) { return state.startup.plan ? &state.startup : &state.health; }

static bool is_starting(void)
{
	return check.status == STARTING && now_ms() < check.begun_ms + (int64_t)state.health.start_period_ms;
}

static void set_next(void)
{
	bool quick = is_starting() && current()->start_interval_ms;

	check.next_ms = now_ms() + (int64_t)(quick ? current()->start_interval_ms : current()->interval_ms);
	if (!current()->interval_ms)
		check.next_ms = INT64_MAX;      /* only when it is asked for */
}

static void write_status(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %lu\n", WORDS[check.status], check.streak);
	replace_file("health", text);
}

void health_begin(void)
{
	if (!state.health.plan)
		return;
	check.begun_ms = now_ms();
	check.next_ms = current()->interval_ms ? check.begun_ms : INT64_MAX;
	write_status();
}

/* "START END CODE SIZE" and that many bytes; a log that is long becomes health.log.1. */
static void write_result(int code)
{
	char head[96];
	int fd = openat(state.record_dir, "health.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return;
	if (lseek(fd, 0, SEEK_END) > MAX_LOG)
		renameat(state.record_dir, "health.log", state.record_dir, "health.log.1");
	snprintf(head, sizeof(head), "%lld %lld %d %zu\n", (long long)check.wall_ms, (long long)wall_ms(), code, check.size);
	if (write(fd, head, strlen(head)) < 0 || write(fd, printed, check.size) < 0 || write(fd, "\n", 1) < 0)
		close_fd(&fd);
	close_fd(&fd);
}

/* What is there now: it may print faster than we read. */
static void take_output(void)
{
	char rest[4096];
	ssize_t got;

	for (int i = 0; i < FULL_PIPE; i++) {
		size_t room = state.health.output_size - check.size;

		got = room ? read(check.output, printed + check.size, room) : read(check.output, rest, sizeof(rest));
		if (got == 0)
			close_fd(&check.output);
		if (got <= 0)
			return;
		check.size += room ? got : 0;
	}
}

/* Enough successes end the first checks, and the others begin; too many failures are for the program that tidies up. */
static void count_startup(int code)
{
	if (code != 0 && ++check.streak == state.startup.retries)
		check.status = STUCK;
	if (code != 0 || ++check.successes < state.startup.successes)
		return set_next();
	state.startup.plan = NULL;
	check.status = STARTING;
	check.streak = 0;
	health_begin();
}

static void count(int code, bool asked)
{
	if (code == 0) {
		check.status = HEALTHY;
		check.streak = 0;
	} else if ((asked || !is_starting()) && ++check.streak >= state.health.retries) {
		check.status = UNHEALTHY;
	}
	set_next();
}

static void finish(int code)
{
	int before = check.status;
	bool asked = false;
	char text[32];

	if (check.output >= 0)
		take_output();
	close_fd(&check.output);
	close_fd(&check.socket);        /* lets it go */
	check.killed = false;
	write_result(code);
	for (size_t i = 0; i < client_count; i++)
		asked |= clients[i].awaits_check;
	if (state.startup.plan)
		count_startup(code);
	else
		count(code, asked);
	write_status();
	snprintf(text, sizeof(text), "checked %d\n", code);
	for (size_t i = 0; i < client_count; i++)
		if (clients[i].awaits_check) {
			clients[i].awaits_check = false;
			say(&clients[i], text);
		}
	if (check.status != before && state.argc && fork() == 0)
		tidy_up();              /* it looks at what is new, and acts */
}

static void become_check(int control, int output)
{
	char *const argv[] = { "launcher", "run", NULL };

	drop_streams();
	dup2(output, 1);
	dup2(output, 2);
	dup2(control, CONTROL_FD);
	execv("/proc/self/exe", argv);
	_exit(ENGINE_ERROR);
}

static void start_check(void)
{
	int ends[2] = { -1, -1 }, output[2] = { -1, -1 }, plan = open(current()->plan, O_RDONLY | O_CLOEXEC);
	struct stat status;
	pid_t pid = -1;

	if (plan >= 0 && fstat(plan, &status) == 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0
	    && pipe2(output, O_CLOEXEC | O_NONBLOCK) == 0)
		pid = fork();
	if (pid == 0)
		become_check(ends[1], output[1]);
	close_fd(&ends[1]);
	close_fd(&output[1]);
	if (pid > 0)
		sendfile(ends[0], plan, NULL, status.st_size);
	close_fd(&plan);
	check.pid = pid > 0 ? pid : 0;
	check.socket = ends[0];
	check.output = output[0];
	check.started_ms = now_ms();
	check.wall_ms = wall_ms();
	check.size = check.length = 0;
	if (pid < 0)
		finish(ENGINE_ERROR);
}

/* What the launcher of the check says: see README.md. */
static void take_lines(void)
{
	ssize_t got = recv(check.socket, check.line + check.length, sizeof(check.line) - 1 - check.length, MSG_DONTWAIT);
	char *newline;
	int code;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0)
		return finish(check.killed ? TIMED_OUT : ENGINE_ERROR);
	check.length += got;
	check.line[check.length] = 0;
	while ((newline = strchr(check.line, '\n'))) {
		if (sscanf(check.line, "exited %d", &code) == 1)
			return finish(code);
		if (sscanf(check.line, "failed %*u %d", &code) == 1)
			return finish(code == ENOENT ? 127 : 126);
		check.length -= newline + 1 - check.line;
		memmove(check.line, newline + 1, check.length + 1);
	}
}

void health_poll(struct pollfd *polls)
{
	polls[0] = (struct pollfd){ check.socket, POLLIN, 0 };
	polls[1] = (struct pollfd){ check.output, POLLIN, 0 };
}

/* When there is something to do here, on the clock of now_ms; -1 never. */
int64_t health_due(void)
{
	if (!state.health.plan || is_gone || check.killed)
		return -1;
	return check.socket < 0 ? check.next_ms : check.started_ms + (int64_t)current()->timeout_ms;
}

void health_turn(const struct pollfd *polls)
{
	if (polls[1].revents && check.output >= 0)
		take_output();
	if (polls[0].revents && check.socket >= 0)
		take_lines();
	if (health_due() < 0 || now_ms() < health_due())
		return;
	if (check.socket >= 0) {
		check.killed = true;    /* and what it started in the container with it */
		if (check.pid)
			kill(check.pid, SIGKILL);
	} else if (faccessat(state.record_dir, "paused", F_OK, 0) < 0) {
		start_check();
	} else {
		set_next();
	}
}

/* A client asks for a check, or for the result of the one that runs. */
void health_now(struct client *client)
{
	client->awaits_check = true;
	check.next_ms = 0;
}

bool health_reaped(pid_t pid)
{
	if (pid != check.pid)
		return false;
	check.pid = 0;
	return true;
}

/* The container has ended, and the check with it. */
void health_end(void)
{
	if (check.pid > 0)
		kill(check.pid, SIGKILL);
	close_fd(&check.output);
	close_fd(&check.socket);
}
