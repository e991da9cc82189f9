/* The table of operations. Each gives 0, or -1 with errno set; its arguments were counted when the plan was read. */
#include "launcher.h"

const struct op ops[] = {
#define OP(name, nargs, run) { name, nargs, run },
#include "ops.h"
#undef OP
	{ NULL, 0, NULL },
};
