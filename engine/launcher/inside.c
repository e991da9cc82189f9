/*
 * Paths in the container's root file system. Its image may have links anywhere, also to what /proc shows of a process's
 * descriptors, directory and root: those lead to files of the host, and none of them is followed. openat2(2)
 */
#include "launcher.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NR_OPENAT2 = 437, MAX_LINKS = 40 };

int open_strictly(int dir, const char *path, int flags, unsigned resolve)
{
	const struct { uint64_t flags, mode, resolve; } how = { flags | O_CLOEXEC, 0, resolve };

	return syscall(NR_OPENAT2, dir, path, &how, sizeof(how));
}

int open_inside(const char *path, int flags) { return open_strictly(AT_FDCWD, path, flags, NO_MAGIC_LINKS); }

/* Enters a directory. */
int enter_inside(const char *path)
{
	int fd = open_inside(path, O_PATH | O_DIRECTORY);

	return fd < 0 || fchdir(fd) < 0 ? -1 : close(fd);
}

/* The directory that a path is in, and its last part. */
int open_parent(const char *path, const char **name)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');

	*name = slash ? slash + 1 : path;
	if (!slash)
		return open_inside(".", O_PATH | O_DIRECTORY);
	if (slash - path >= PATH_MAX)
		return errno = ENAMETOOLONG, -1;
	snprintf(parent, sizeof(parent), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	return open_inside(parent, O_PATH | O_DIRECTORY);
}

static int make_path(const char *path, int mode, int links);

/* A link that leads to nothing: what it leads to is made, as seen from where it is. */
static int make_target(const char *path, int dir, const char *name, int mode, int links)
{
	char target[PATH_MAX], whole[PATH_MAX];
	ssize_t length = readlinkat(dir, name, target, sizeof(target) - 1);

	if (length < 0)
		return -1;
	target[length] = 0;
	while (length > 1 && target[length - 1] == '/')
		target[--length] = 0;
	length = snprintf(whole, sizeof(whole), "%.*s%s", *target == '/' ? 0 : (int)(name - path), path, target);
	if (links >= MAX_LINKS || length >= PATH_MAX)
		return errno = ELOOP, -1;
	return make_path(whole, mode, links + 1);
}

static int make_one(const char *path, int mode, int links)
{
	int fd = open_inside(path, O_PATH), dir, made;
	const char *name;

	if (fd >= 0)
		return close(fd);
	if (errno != ENOENT || (dir = open_parent(path, &name)) < 0)
		return -1;
	made = mode < 0 ? openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : mkdirat(dir, name, mode);
	if (made < 0 && errno == EEXIST)
		made = make_target(path, dir, name, mode, links);
	else if (made > 0)
		made = close(made);
	return made < 0 ? -1 : close(dir);
}

static int make_path(const char *path, int mode, int links)
{
	char prefix[PATH_MAX], *slash = prefix;

	if (!*path || strlen(path) >= sizeof(prefix))
		return errno = *path ? ENAMETOOLONG : ENOENT, -1;
	strcpy(prefix, path);
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = 0;
		if (make_one(prefix, 0755, links) < 0)
			return -1;
		*slash = '/';
	}
	return make_one(prefix, mode, links);
}

/* Makes what is missing of an absolute path, and of what its links lead to: a directory, or, where the mode is -1, an empty file. */
int make_inside(const char *path, int mode) { return make_path(path, mode, 0); }
