/* The first process of a pid namespace: of a container, or of a helper. */
#include "launcher.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Forwards signals and reaps until `child` is gone, then exits with its status. Without one, 0, until SIGTERM or SIGINT;
 * with child < 0, the fork that failed, not at all.
 */
void init_reap(pid_t child)
{
	sigset_t all;
	int status, number;
	pid_t pid;

	if (child < 0)
		_exit(ENGINE_ERROR);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	syscall(NR_CLOSE_RANGE, 0, ~0U, 0);
	for (;;) {
		number = sigwaitinfo(&all, NULL);
		if (child == 0 && (number == SIGTERM || number == SIGINT))
			_exit(0);
		if (child > 0 && number > 0 && number != SIGCHLD)
			kill(child, number);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child)
				_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
}

/*
 * Waits until nobody is left, or `child` has failed. One that ends well and leaves a process behind has gone into the
 * background, which programs do when they are ready: then we say so for it. daemon(7)
 */
void guard_reap(pid_t child)
{
	int status;
	pid_t pid;

	if (child < 0 || dup2(HELPER_READY_FD, 0) < 0)
		_exit(ENGINE_ERROR);
	syscall(NR_CLOSE_RANGE, 1, ~0U, 0);
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		if (pid != child)
			continue;
		if (status != 0)
			break;
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 || write(0, "r", 1) < 0)
			break;
		close(0);
	}
	_exit(0);
}
