/* Addresses: of both families in one type, and as text. */
#include "gateway.h"
#include <arpa/inet.h>
#include <string.h>

static size_t size_of(int family) { return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0; }

/* Of that family; or of any, where it is 0. 0, or -1 with EINVAL; "-" is none. */
int parse_address(const char *text, int family, struct address *address)
{
	*address = (struct address){ 0 };
	if (!strcmp(text, "-"))
		return 0;
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return (!family || family == address->family) && inet_pton(address->family, text, address->bytes) == 1 ? 0 : (errno = EINVAL, -1);
}

/* a.b.c.d/n, or "-" */
int parse_prefix(const char *text, struct address *address, unsigned *bits)
{
	char base[INET_ADDRSTRLEN] = "-";
	int end = 1;

	*bits = 0;
	if (strcmp(text, "-") && (sscanf(text, "%15[0-9.]/%2u%n", base, bits, &end) != 2 || *bits > 32))
		return errno = EINVAL, -1;
	return text[end] ? (errno = EINVAL, -1) : parse_address(base, AF_INET, address);
}

const char *address_text(const struct address *address, char text[INET6_ADDRSTRLEN])
{
	return address->family ? inet_ntop(address->family, address->bytes, text, INET6_ADDRSTRLEN) : "-";
}

bool same_address(const struct address *a, const struct address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, size_of(a->family));
}

bool is_in_prefix(const struct address *address, const struct address *prefix, unsigned bits)
{
	uint32_t mask = bits ? ~0u << (32 - bits) : 0, a, b;

	if (prefix->family != AF_INET || address->family != AF_INET)
		return false;
	memcpy(&a, address->bytes, sizeof(a));
	memcpy(&b, prefix->bytes, sizeof(b));
	return !((ntohl(a) ^ ntohl(b)) & mask);
}

/* Whether it means something on its own host, or link, only, or is no host's at all: of IPv4 0/8, 127/8, 169.254/16, 224/3. RFC 6890 */
bool is_here_only(const struct address *address)
{
	const unsigned char *byte = address->bytes;
	const struct in6_addr *v6 = (const struct in6_addr *)byte;

	if (address->family == AF_INET)
		return !byte[0] || byte[0] == 127 || (byte[0] == 169 && byte[1] == 254) || byte[0] >= 224;
	return IN6_IS_ADDR_LOOPBACK(v6) || IN6_IS_ADDR_LINKLOCAL(v6);
}

/* An IPv4 address that a socket of IPv6 shows is one of IPv4. ipv6(7) */
struct address address_of(const union peer *peer)
{
	struct address address = { .family = peer->any.sa_family };

	if (address.family == AF_INET)
		memcpy(address.bytes, &peer->v4.sin_addr, 4);
	else if (address.family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&peer->v6.sin6_addr)) {
		address.family = AF_INET;
		memcpy(address.bytes, peer->v6.sin6_addr.s6_addr + 12, 4);
	} else if (address.family == AF_INET6)
		memcpy(address.bytes, &peer->v6.sin6_addr, 16);
	return address;
}

socklen_t peer_at(union peer *peer, const struct address *address, uint16_t port)
{
	memset(peer, 0, sizeof(*peer));
	peer->any.sa_family = address->family;
	if (address->family == AF_INET) {
		peer->v4.sin_port = htons(port);
		memcpy(&peer->v4.sin_addr, address->bytes, 4);
		return sizeof(peer->v4);
	}
	peer->v6.sin6_port = htons(port);
	memcpy(&peer->v6.sin6_addr, address->bytes, 16);
	return sizeof(peer->v6);
}
