/* The program of the image "hello": says what it is inside of. Static, needs nothing but /proc. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Prints the value of `key` in /proc/self/status. */
static void status_line(const char *label, const char *key)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "r");

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			printf("%-16s %s", label, line + strlen(key) + strspn(line + strlen(key), " \t"));
	if (file)
		fclose(file);
}

static void id_map(const char *label, const char *path)
{
	unsigned inside, outside, count;
	FILE *file = fopen(path, "r");

	printf("%-16s", label);
	while (file && fscanf(file, "%u %u %u", &inside, &outside, &count) == 3)
		printf(" %u-%u are %u-%u outside;", inside, inside + count - 1, outside, outside + count - 1);
	printf("\n");
	if (file)
		fclose(file);
}

static void namespaces(void)
{
	static const char *const names[] = { "user", "mnt", "pid", "uts", "ipc", "net", "cgroup" };
	char path[64], target[64];

	printf("%-16s", "namespaces");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		ssize_t length = readlink(path, target, sizeof(target) - 1);

		if (length > 0)
			printf(" %.*s", (int)length, target);
	}
	printf("\n");
}

static void root_filesystem(void)
{
	char source[256], target[256], type[64], line[4096];
	FILE *file = fopen("/proc/self/mounts", "r");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%255s %255s %63s", source, target, type) == 3 && !strcmp(target, "/"))
			printf("%-16s %s (%s)\n", "root", type, strstr(line, " ro,") ? "read-only" : "writable");
	if (file)
		fclose(file);
}

static void network(void)
{
	char line[256];
	FILE *file = fopen("/proc/net/dev", "r");

	printf("%-16s", "network");
	for (int i = 0; file && fgets(line, sizeof(line), file); i++)
		if (i >= 2)
			printf(" %.*s", (int)strcspn(line + strspn(line, " "), ":"), line + strspn(line, " "));
	printf("\n");
	if (file)
		fclose(file);
}

int main(void)
{
	struct utsname host;

	uname(&host);
	printf("Hello from inside a container.\n\n");
	printf("%-16s %s, Linux %s %s\n", "host", host.nodename, host.release, host.machine);
	printf("%-16s pid %d, uid %d, gid %d\n", "process", getpid(), getuid(), getgid());
	id_map("user ids", "/proc/self/uid_map");
	id_map("group ids", "/proc/self/gid_map");
	namespaces();
	status_line("capabilities", "CapEff:");
	status_line("seccomp mode", "Seccomp:");
	status_line("no new rights", "NoNewPrivs:");
	root_filesystem();
	network();
	return 0;
}
