/* Reads a plan: NUL-terminated strings, each op's name followed by its fixed number of arguments. */
#include "launcher.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Numbers of a plan are hexadecimal. */
unsigned long number(const char *text) { return strtoul(text, NULL, 16); }

static const struct op *find_op(const char *name)
{
	for (const struct op *op = ops; op->name; op++)
		if (!strcmp(op->name, name))
			return op;
	return NULL;
}

/* The next string of [*at, end), or NULL where it does not end inside. */
static char *next_string(char **at, const char *end)
{
	char *start = *at;
	char *nul = start < end ? memchr(start, 0, end - start) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return start;
}

/* Parses `bytes` in place. 0, or -1 with errno EPROTO and plan->count the number of the bad step. */
int plan_parse(struct plan *plan, char *bytes, size_t size)
{
	char *at = bytes, *end = bytes + size;

	for (plan->count = 0; at < end; plan->count++) {
		struct step *step = &plan->steps[plan->count];
		char *name = next_string(&at, end);

		if (plan->count == MAX_STEPS || !name || !(step->op = find_op(name)))
			return errno = EPROTO, -1;
		for (int i = 0; i < step->op->nargs; i++)
			if (!(step->arg[i] = next_string(&at, end)))
				return errno = EPROTO, -1;
	}
	return 0;
}

static int read_all(int fd, char *to, size_t size)
{
	while (size) {
		ssize_t got = read(fd, to, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return errno = got ? errno : EPROTO, -1;
		to += got;
		size -= got;
	}
	return 0;
}

/* Reads the decimal size, a NUL, and then that many bytes of plan from fd. */
int plan_read(struct plan *plan, int fd)
{
	const size_t steps_size = MAX_STEPS * sizeof(struct step);
	char digits[16], *memory;
	size_t size = 0;

	for (size_t i = 0;; i++) {
		if (i == sizeof(digits))
			return errno = EPROTO, -1;
		if (read_all(fd, &digits[i], 1) < 0)
			return -1;
		if (!digits[i])
			break;
		if (digits[i] < '0' || digits[i] > '9')
			return errno = EPROTO, -1;
	}
	size = strtoul(digits, NULL, 10);
	if (!size || size > MAX_PLAN)
		return errno = E2BIG, -1;
	plan->size = steps_size + size;
	memory = mmap(NULL, plan->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -1;
	plan->memory = memory;
	plan->steps = (struct step *)memory;
	if (read_all(fd, memory + steps_size, size) < 0)
		return -1;
	return plan_parse(plan, memory + steps_size, size);
}
