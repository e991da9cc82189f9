/* The first process of a pid namespace: forwards signals, reaps whatever is orphaned, ends as its child ended. */
#include "launcher.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reaps until `child` is gone, then exits with its status. With child < 0, the fork that failed, it exits at once. */
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
		if (number > 0 && number != SIGCHLD)
			kill(child, number);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child)
				_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
}
