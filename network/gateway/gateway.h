/*
 * The gateway of networks: it resolves the names of their containers and forwards published ports.
 * One thread around an epoll; README.md beside this file has the contract.
 */
#ifndef GATEWAY_H
#define GATEWAY_H

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum {
	CONTROL_FD = 3,
	MAX_REQUEST = 1 << 16,
	MAX_FDS = 250,          /* with one request */
	MAX_CLIENTS = 256,      /* connected to the control socket at once */
	MAX_ID = 64,
	MAX_DEVICE = 15,
	MAX_NAME = 253,
	MAX_NAMES = 64,         /* of one endpoint */
	MAX_UPSTREAMS = 16,
	MAX_KERNEL_MESSAGE = 128, /* bytes, for the kernel */
	MAX_LEARNED = 512,      /* addresses of names with the same ports */
	UNDO_MESSAGES = 2,
	DNS_PORT = 53,
	MAX_QUERY = 4096,       /* bytes, and of an answer of our own */
	BUFFER = 1 << 16,
	TICK_MS = 100,          /* how exactly time is kept, while something waits */
};

/* What epoll watches. It is the first member of what it belongs to, so that discard() can free that. */
struct source {
	void (*ready)(struct source *, uint32_t events);
	int fd;
	bool is_resting;
	struct source *next_resting, *next_discarded;
};

/* An IPv4 or IPv6 address; family 0 is none. */
struct address {
	int family;
	unsigned char bytes[16];
};

union peer {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

enum { V4, V6, FAMILIES };
static const int FAMILY[FAMILIES] = { AF_INET, AF_INET6 };

/* Who is asked for what is not known here. */
struct upstreams {
	size_t count;
	struct address address[MAX_UPSTREAMS];
};

/* A message for the kernel. netlink(7) */
struct message {
	size_t size;
	unsigned char bytes[MAX_KERNEL_MESSAGE];
};

/* Names that a member may look up; `add` and `drop` are of the route of one of their addresses. `names` as of an endpoint. */
struct group {
	struct group *next;
	struct message add, drop;
	uint32_t learned[MAX_LEARNED];
	size_t learned_count;
	char *names;
};

/* The way out of a member is limited: it comes by a link of its own, and not by the bridge. */
struct limit {
	char link[MAX_DEVICE + 1];
	int log;                /* what was refused */
	int64_t window;
	size_t lines, missed;   /* since then */
	struct message undo[UNDO_MESSAGES];
	struct group *groups;
	bool is_whole;
};

/* How an endpoint is reached by a link; see reach.c. */
struct reach {
	char link[MAX_DEVICE + 1];
	struct message add, drop;
};

/* A member on a network. `names` are strings, each ended by a NUL, and all of them by an empty one. */
struct endpoint {
	struct endpoint *next;
	char device[MAX_DEVICE + 1];
	struct address address[FAMILIES];
	struct limit *limit;    /* or NULL */
	char *names;
	struct reach *reach;    /* or NULL */
};

/* A container that runs. */
struct member {
	struct source source;   /* a pidfd of its first process */
	struct member *next;
	char id[MAX_ID + 1];
	struct endpoint *endpoints;
	struct upstreams upstreams;     /* none: those of its network */
	size_t held;            /* descriptors of connections */
};

/* A published port. */
struct forward {
	struct source source;   /* listens; of a relay it is one of UDP */
	struct forward *next;
	struct member *member;
	char label[MAX_ID + 1];
	struct address target[FAMILIES], fallback[FAMILIES];
	struct address prefix;
	unsigned prefix_bits;
	bool is_relay;
	bool is_automatic;      /* the IPv4 target is the namespace's own address */
	uint16_t port;
	size_t held;            /* descriptors of connections, or peers */
};

/* The resolver on one bridge. Queries come to its ports: UDP and TCP of both families. */
struct server {
	struct source source;   /* none: for discard() */
	struct server *next;
	char device[MAX_DEVICE + 1];
	unsigned index;         /* of the device: one that was made anew has another */
	struct address address[FAMILIES];
	struct port { struct source source; struct server *server; } udp[FAMILIES], tcp[FAMILIES];
	struct upstreams upstreams;
	bool is_internal;       /* nothing is asked outside */
};

extern struct member *members;
extern struct forward *forwards;
extern struct server *servers;
extern struct address default_upstream;
extern char buffer[BUFFER];     /* for who needs it until it returns */
extern size_t descriptor_limit;
extern size_t waiting;          /* how many things a tick has to look at */

/* main.c */
int watch(struct source *source, int fd, void (*ready)(struct source *, uint32_t), uint32_t events);
int rewatch(struct source *source, uint32_t events);
void rest(struct source *source, const char *what);
void unwatch(struct source *source);
void unwatch_shared(struct source *source);
void discard(struct source *source);
int64_t now_ms(void);
void note(const char *what);
bool is_short_of_means(void);

/* confine.c */
void confine(bool makes_routes);

/* request.c */
struct request {
	int fd[MAX_FDS];
	size_t fd_count, fds_taken;
	struct member *member;
	bool is_new;
	struct change *changes;
	size_t change_count;
	size_t line;
};

/* 0, or -1 with errno, the number of the line, and nothing kept. Descriptors that it took are -1 after it. */
int carry_out(struct request *request, char *text);

/* control.c */
int control_begin(void);
void control_admit(void);
void control_end(void);
bool control_is_busy(void);

/* address.c */
int parse_address(const char *text, int family, struct address *address);
int parse_prefix(const char *text, struct address *address, unsigned *bits);
const char *address_text(const struct address *address, char text[INET6_ADDRSTRLEN]);
bool same_address(const struct address *a, const struct address *b);
bool is_in_prefix(const struct address *address, const struct address *prefix, unsigned bits);
bool is_here_only(const struct address *address);
struct address address_of(const union peer *peer);
socklen_t peer_at(union peer *peer, const struct address *address, uint16_t port);

/* limit.c, learn.c, refused.c */
int parse_message(const char *text, struct message *message);
int tell_kernel(const struct message *message);
int prepare_limit(struct limit **made, char *const word[], int log);
int prepare_group(struct group **made, char *const word[], size_t count);
void free_group(struct group *group);
void free_limit(struct limit *limit);
void list_limit(FILE *out, const struct endpoint *endpoint);
bool is_limited(const struct member *member);
bool may_ask(const struct member *member, const char *name);
void let_reach(const struct member *member, const char *name, const struct address *address);
void learn(const struct member *asker, const unsigned char *message, size_t size);
void refuse_name(const struct member *member, const char *name);
int refused_begin(int fd);

/* reach.c */
struct reach *make_reach(char *const word[]);
void begin_reach(const struct reach *reach);
void end_reach(struct reach *reach);

/* members.c */
char *copy_names(char *const word[], size_t count);
bool has_name(const char *names, const char *name, bool (*is_meant)(const char *one, const char *name));
void list_names(FILE *out, const char *names);
void put_reach(struct member *member, const char *device, struct reach *reach);
void put_limit(struct member *member, const char *device, struct limit *limit);
void put_group(struct member *member, const char *device, struct group *group);
struct member *find_member(const char *id);
int prepare_endpoint(struct endpoint **made, char *const word[], size_t count);
void free_endpoint(struct endpoint *endpoint);
void put_endpoint(struct member *member, struct endpoint *endpoint);
void drop_endpoint(struct member *member, const char *device);
int prepare_member(struct member **made, const char *id, int pidfd);
void add_member(struct member *member);
void remove_member(struct member *member);
const struct member *find_asker(const char *device, const struct address *source);
bool has_ended(const struct member *member);
void free_member(struct member *member);
void list_members(FILE *out);

/* names.c: the size of the answer to a query, ANSWER_NONE, or ANSWER_ELSEWHERE where it is for an upstream */
enum { ANSWER_NONE = 0, ANSWER_ELSEWHERE = -1 };
ssize_t answer_query(const struct server *server, const struct address *source, const unsigned char *query, size_t size, bool is_udp, unsigned char *answer);

/* message.c */
enum { RCODE_FORMAT = 1, RCODE_SERVER = 2, RCODE_NO_NAME = 3, RCODE_UNKNOWN_OPERATION = 4 };
ssize_t answer_failure(const unsigned char *query, size_t question_end, int rcode, unsigned char *answer);
size_t question_end(const unsigned char *message, size_t size);
bool answers(const unsigned char *answer, size_t size, const unsigned char *query, size_t question_end);

/* servers.c */
int parse_upstreams(struct upstreams *upstreams, char *const word[], size_t count);
struct upstreams *make_upstreams(char *const word[], size_t count);
void list_upstreams(FILE *out, const struct upstreams *upstreams);
unsigned index_of(const char *device);
int prepare_server(struct server **made, char *const word[], size_t count);
void put_server(struct server *server);
void drop_server(const char *device);
void free_server(struct server *server);
const struct address *upstreams_for(const struct server *server, const struct address *client, size_t *count);
bool asks_outside(const struct server *server, const struct address *client);
void list_servers(FILE *out);

/* resolver.c, resolver-tcp.c */
void listen_to_queries(struct source *source, uint32_t events);
void resolver_tick(int64_t now);
void end_pendings(const struct server *server);
void greet_dialogue(struct source *source, uint32_t events);
void dialogues_tick(int64_t now);
void end_dialogues(const struct server *server);

/* forward.c, relay.c, carry.c */
int connect_for(struct forward *forward, const union peer *peer);
int same_listener(const struct member *member, const char *label);
int prepare_forward(struct forward **made, struct member *member, char *const word[], size_t count, int fd);
void put_forward(struct forward *forward);
void drop_forwards(const struct member *member, const char *label);
void free_forward(struct forward *forward);
void list_forwards(FILE *out, const struct member *member);
void relay_callers(struct source *source, uint32_t events);
void relay_tick(int64_t now);
void end_flows(const struct forward *relay);
size_t flow_count(void);
int carry_between(int client, int target, struct forward *forward);
bool carry_on(void);
void forget_forward(const struct forward *forward);
void hasten_connections(const struct member *member);
size_t connection_count(void);
bool has_room(const struct forward *forward);

#endif
