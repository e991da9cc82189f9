/*
 * Operations: mounts and files. Sources are opened before pivot, targets are looked up after it, inside the container.
 */
#include "launcher.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Kernel constants that musl's headers lack. Numbers: include/uapi of Linux, the same on x86-64 and arm64. */
enum {
	NR_OPEN_TREE = 428, NR_MOVE_MOUNT = 429,
	NR_FSOPEN = 430, NR_FSCONFIG = 431, NR_FSMOUNT = 432, NR_MOUNT_SETATTR = 442,
	FS_CLOEXEC = 1, FSCONFIG_CREATE = 6,
	TREE_CLONE = 1, TREE_CLOEXEC = O_CLOEXEC, MOVE_EMPTY_PATHS = 0x44,
	WITH_RECURSIVE = 0x8000, ATTR_RDONLY = 1,
	TMPFS = 0x01021994,
};

struct tree_attr { uint64_t set, clear, propagation, userns_fd; };

static int write_text(int fd, const char *text)
{
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written < 0 ? -1 : 0;
}

int write_file(const char *path, const char *text) { return write_text(open(path, O_WRONLY | O_CLOEXEC), text); }

static int set_attr(int fd, const char *path, unsigned flags, struct tree_attr attr)
{
	return syscall(NR_MOUNT_SETATTR, fd, path, flags, &attr, sizeof(attr));
}

/* Puts a detached mount where it is seen. move_mount(2) */
static int place(int tree, int target)
{
	if (target < 0 || syscall(NR_MOVE_MOUNT, tree, "", target, "", MOVE_EMPTY_PATHS) < 0 || close(target) < 0)
		return -1;
	return close(tree);
}

/* console FILE: binds the terminal on 0 there. */
int op_console(char *const arg[])
{
	int tree = syscall(NR_OPEN_TREE, 0, "", TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH);

	return tree < 0 ? -1 : place(tree, open_inside(arg[0], O_PATH));
}

/* mount(2) has no form with a descriptor, but for the directory that we are in. */
static int mount_here(const char *type, const char *source, const char *target, unsigned long flags, const char *data)
{
	if (enter_inside(target) < 0 || mount(source, ".", type, flags, data) < 0)
		return -1;
	return chdir("/");
}

/* mount TYPE SOURCE TARGET FLAGS DATA. mount(2) */
int op_mount(char *const arg[])
{
	if (state.is_inside)
		return mount_here(arg[0], arg[1], arg[2], number(arg[3]), arg[4]);
	return mount(arg[1], arg[2], arg[0], number(arg[3]), arg[4]);
}

/* fuse TARGET: mounts a file system that a helper will serve. fuse(4) */
int op_fuse(char *const arg[])
{
	char options[96];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other", fd);
	return mount("fuse-overlayfs", arg[0], "fuse.fuse-overlayfs", 0, options) < 0 ? -1 : send_message('U', fd);
}

/* await-fuse: until the child has mounted it. */
int op_await_fuse(char *const arg[])
{
	(void)arg;
	return receive_message() == 'U' ? 0 : (errno = ECHILD, -1);
}

static int clone_tree(const char *slot_text, int dir, const char *path, const char *recursive)
{
	size_t slot = number(slot_text);
	int flags = TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH | (number(recursive) ? WITH_RECURSIVE : 0);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	state.trees[slot] = syscall(NR_OPEN_TREE, dir, path, flags);
	return state.trees[slot] < 0 ? -1 : 0;
}

/* What is below a directory, through no link: whoever can write there could put one there at any time. openat2(2) */
static int open_below(const char *directory, const char *path)
{
	int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0)
		return -1;
	fd = open_strictly(dir, path, O_PATH, NO_LINKS | BENEATH);
	close(dir);
	return fd;
}

/* tree SLOT PATH RECURSIVE: a detached copy of the mounts at PATH. open_tree(2) */
int op_tree(char *const arg[])
{
	int fd;

	if (!state.is_inside)
		return clone_tree(arg[0], AT_FDCWD, arg[1], arg[2]);
	fd = open_inside(arg[1], O_PATH);
	return fd < 0 || clone_tree(arg[0], fd, "", arg[2]) < 0 ? -1 : close(fd);
}

/* tree-below SLOT DIRECTORY PATH RECURSIVE: the same, of what is below a directory that others can write to. */
int op_tree_below(char *const arg[])
{
	int fd = open_below(arg[1], arg[2]);

	return fd < 0 || clone_tree(arg[0], fd, "", arg[3]) < 0 ? -1 : close(fd);
}

/* tree-joined SLOT PATH: of a tmpfs that the process of join-pid sees at PATH; from a mount namespace of ours, to come back to. */
int op_tree_joined(char *const arg[])
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), fd;
	struct statfs status;

	if (own < 0 || setns(state.joined_pidfd, CLONE_NEWNS) < 0)
		return -1;
	fd = open_below("/", arg[1]);
	if (fd < 0 || fstatfs(fd, &status) < 0)
		return -1;
	if (status.f_type != TMPFS)
		return errno = ENODEV, -1;
	return clone_tree(arg[0], fd, "", "0") < 0 || setns(own, CLONE_NEWNS) < 0 || close(fd) < 0 ? -1 : close(own);
}

/* filesystem SLOT TYPE ATTRIBUTES: a detached mount of a new one that needs no options. fsopen(2), fsmount(2) */
int op_filesystem(char *const arg[])
{
	size_t slot = number(arg[0]);
	int context = syscall(NR_FSOPEN, arg[1], FS_CLOEXEC);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	if (context < 0 || syscall(NR_FSCONFIG, context, FSCONFIG_CREATE, NULL, NULL, 0) < 0)
		return -1;
	state.trees[slot] = syscall(NR_FSMOUNT, context, FS_CLOEXEC, number(arg[2]));
	return state.trees[slot] < 0 ? -1 : close(context);
}

/* attach SLOT TARGET SET CLEAR PROPAGATION: the copy gets its attributes, then its place. mount_setattr(2), move_mount(2) */
int op_attach(char *const arg[])
{
	struct tree_attr attr = { number(arg[2]), number(arg[3]), number(arg[4]), 0 };
	size_t slot = number(arg[0]);

	if (slot >= MAX_TREES)
		return errno = ENFILE, -1;
	if ((attr.set || attr.clear || attr.propagation)
	    && set_attr(state.trees[slot], "", AT_EMPTY_PATH | WITH_RECURSIVE, attr) < 0)
		return -1;
	return place(state.trees[slot], open_inside(arg[1], O_PATH));
}

/* attributes PATH SET CLEAR RECURSIVE: of the mount at PATH. mount_setattr(2) */
int op_attributes(char *const arg[])
{
	struct tree_attr attr = { number(arg[1]), number(arg[2]), 0, 0 };
	int fd = open_inside(arg[0], O_PATH);

	return fd < 0 || set_attr(fd, "", AT_EMPTY_PATH | (number(arg[3]) ? WITH_RECURSIVE : 0), attr) < 0 ? -1 : close(fd);
}

/* pivot NEWROOT: makes it / and leaves the old root behind. pivot_root(2), NOTES */
int op_pivot(char *const arg[])
{
	if (chdir(arg[0]) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		return -1;
	state.is_inside = true;
	return chdir("/");
}

/* mask PATH: an empty directory or /dev/null over it, where it exists. */
int op_mask(char *const arg[])
{
	int fd = open_inside(arg[0], O_PATH), null;
	struct stat status;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (fstat(fd, &status) < 0)
		return -1;
	if (S_ISDIR(status.st_mode)) {
		close(fd);
		return mount_here("tmpfs", "tmpfs", arg[0], MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1");
	}
	/* /dev is filled by then, and by nobody else: what could be there instead would be seen, and could be written to */
	if ((null = open_inside("/dev/null", O_PATH)) < 0 || fstat(null, &status) < 0)
		return -1;
	if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
		return errno = ENODEV, -1;
	return place(syscall(NR_OPEN_TREE, null, "", TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH), fd) < 0 ? -1 : close(null);
}

/* readonly PATH: the same tree over itself, not writable, where it exists. */
int op_readonly(char *const arg[])
{
	struct tree_attr attr = { ATTR_RDONLY, 0, 0, 0 };
	int fd = open_inside(arg[0], O_PATH), tree;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	tree = syscall(NR_OPEN_TREE, fd, "", TREE_CLONE | TREE_CLOEXEC | WITH_RECURSIVE | AT_EMPTY_PATH);
	return tree < 0 || set_attr(tree, "", AT_EMPTY_PATH | WITH_RECURSIVE, attr) < 0 ? -1 : place(tree, fd);
}

/* real PATH: a directory, with no link on the way: what is mounted there must be found there again, whatever is mounted in between. openat2(2) */
int op_real(char *const arg[])
{
	int fd = open_strictly(AT_FDCWD, arg[0], O_PATH | O_DIRECTORY, NO_LINKS);

	return fd < 0 ? -1 : close(fd);
}

/* directory PATH MODE: makes it and its parents where they are missing. */
int op_directory(char *const arg[]) { return make_inside(arg[0], number(arg[1])); }

/* file PATH: an empty one to mount over, where it is missing. */
int op_file(char *const arg[]) { return make_inside(arg[0], -1); }

/* link TARGET PATH */
int op_link(char *const arg[])
{
	const char *name;
	int dir = open_parent(arg[1], &name);

	return dir < 0 || (symlinkat(arg[0], dir, name) < 0 && errno != EEXIST) ? -1 : close(dir);
}

/* write FILE TEXT: a knob of /proc or /sys. */
int op_write(char *const arg[])
{
	return state.is_inside ? write_text(open_inside(arg[0], O_WRONLY), arg[1]) : write_file(arg[0], arg[1]);
}

int op_chdir(char *const arg[]) { return enter_inside(arg[0]); }
