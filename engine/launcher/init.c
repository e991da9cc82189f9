/* The first process of a pid namespace: forwards signals, reaps whatever is orphaned, ends as its child ended; or, where it has none, when it is told to. */
#include "launcher.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reaps until `child` is gone, then exits with its status. Without one, 0, until SIGTERM or SIGINT; with child < 0, the fork that failed, not at all. */
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
