/* Copies of directories: what a file system in memory begins with, where it hides something of the image. */
#include "launcher.h"
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 128, COPY_MODE = 1, COPY_OWNER = 2 };

static int copy_directory(int from, int to, int depth);

static int copy_bytes(int from, int to)
{
	struct stat status;
	off_t left = fstat(from, &status) < 0 || !S_ISREG(status.st_mode) ? 0 : status.st_size;

	for (ssize_t sent = 1; left > 0 && sent > 0; left -= sent)
		if ((sent = sendfile(to, from, NULL, left > CHUNK ? CHUNK : left)) < 0)
			return -1;
	return 0;
}

/* Makes `name` in `to`, with its content. A device is none of the image's to give. */
static int copy_node(int from, int to, const char *name, const struct stat *status, int depth)
{
	bool is_directory = S_ISDIR(status->st_mode);
	char target[4096];
	ssize_t length;
	int source, made, result;

	if (S_ISLNK(status->st_mode)) {
		length = readlinkat(from, name, target, sizeof(target) - 1);
		target[length < 0 ? 0 : length] = 0;
		return length < 0 ? -1 : symlinkat(target, to, name);
	}
	if (S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode))
		return mknodat(to, name, (status->st_mode & S_IFMT) | 0600, 0);
	if (is_directory && mkdirat(to, name, 0700) < 0)
		return -1;
	source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	made = openat(to, name, is_directory ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (source < 0 || made < 0)
		return -1;
	if (is_directory)
		result = copy_directory(source, made, depth + 1);       /* which closes the source */
	else if ((result = copy_bytes(source, made)) == 0)
		close(source);
	return result < 0 ? -1 : close(made);
}

/* Owners that the container does not know stay those of who copies. A change of the owner takes bits of the mode away. */
static int copy_attributes(int to, const char *name, const struct stat *status)
{
	struct timespec times[2] = { status->st_atim, status->st_mtim };

	if (fchownat(to, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != EINVAL)
		return -1;
	if (!S_ISLNK(status->st_mode) && fchmodat(to, name, status->st_mode & 07777, 0) < 0)
		return -1;
	return utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

static int copy_directory(int from, int to, int depth)
{
	DIR *directory = depth < MAX_DEPTH ? fdopendir(from) : (errno = ELOOP, NULL);
	struct stat status;

	if (!directory)
		return -1;
	for (struct dirent *entry; (errno = 0, entry = readdir(directory));) {
		const char *name = entry->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
			return -1;
		if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
			continue;
		if (copy_node(from, to, name, &status, depth) < 0 || copy_attributes(to, name, &status) < 0)
			return -1;
	}
	return errno ? -1 : closedir(directory);
}

/* copy-up SLOT PATH WHAT: fills PATH with what the tree has; WHAT of the tree's own mode and owner PATH gets, too. */
int op_copy_up(char *const arg[])
{
	size_t slot = number(arg[0]), what = number(arg[2]);
	struct stat status;
	int from, to;

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	from = openat(state.trees[slot], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = open_inside(arg[1], O_RDONLY | O_DIRECTORY);
	if (from < 0 || to < 0 || fstat(from, &status) < 0 || copy_directory(from, to, 0) < 0)
		return -1;
	if (what & COPY_OWNER && fchown(to, status.st_uid, status.st_gid) < 0 && errno != EINVAL)
		return -1;
	if (what & COPY_MODE && fchmod(to, status.st_mode & 07777) < 0)
		return -1;
	close(to);
	return close(state.trees[slot]);
}
