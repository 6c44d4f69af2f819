/* daemon/peers.c — The rows of connections and addresses: a short list. */
#include "daemon/peers.h"

#include "proto/require.h"

#include <stdlib.h>
#include <string.h>

const char *peer_state_name(enum peer_state s)
{
	switch (s) {
	case PEER_CONNECTING:
		return "connecting";
	case PEER_SYNCING:
		return "syncing";
	case PEER_IN_STEP:
		return "in_step";
	case PEER_WAITING:
		return "waiting";
	case PEER_PAUSED:
		return "paused";
	case PEER_REFUSED:
		return "refused";
	}
	return "waiting";
}

struct peer_row *peers_by_link(const struct peers *p, uint64_t link)
{
	if (link == 0)
		return NULL;
	for (struct peer_row *row = p->rows; row; row = row->next) {
		if (row->link == link)
			return row;
	}
	return NULL;
}

struct peer_row *peers_by_address(const struct peers *p, const char *address)
{
	if (!address || !*address)
		return NULL;
	for (struct peer_row *row = p->rows; row; row = row->next) {
		if (strcmp(row->address, address) == 0)
			return row;
	}
	return NULL;
}

struct peer_row *peers_add(struct peers *p, const char *address)
{
	struct peer_row **end = &p->rows;
	struct peer_row *row = calloc(1, sizeof(*row));

	WICI_REQUIRE(row);
	if (address) {
		size_t len = strnlen(address, PEERS_ADDRESS_LEN);

		memcpy(row->address, address, len);
		row->address[len] = '\0';
	}
	row->state = PEER_WAITING;
	while (*end)
		end = &(*end)->next;
	*end = row;
	return row;
}

void peers_remove(struct peers *p, struct peer_row *row)
{
	for (struct peer_row **at = &p->rows; *at; at = &(*at)->next) {
		if (*at != row)
			continue;
		*at = row->next;
		free(row);
		return;
	}
}

void peers_clear(struct peers *p)
{
	while (p->rows)
		peers_remove(p, p->rows);
	memset(p, 0, sizeof(*p));
}

static bool is_port(const char *s)
{
	unsigned port = 0;

	if (*s < '1' || *s > '9')
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		port = port * 10 + (unsigned)(*s - '0');
		if (port > 65535)
			return false;
	}
	return true;
}

static bool is_host(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] <= 0x20 || s[i] >= 0x7f || s[i] == ':' ||
		    s[i] == '[' || s[i] == ']')
			return false;
	}
	return len > 0;
}

/* Of an IPv6 address, with or without a zone ("fe80::1%eth0"). */
static bool is_v6(const char *s, size_t len)
{
	bool has_colon = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] <= 0x20 || s[i] >= 0x7f || s[i] == '[' || s[i] == ']')
			return false;
		has_colon = has_colon || s[i] == ':';
	}
	return has_colon;
}

enum wici_err peers_check_address(const char *address)
{
	const char *colon;

	if (!address ||
	    strnlen(address, PEERS_ADDRESS_LEN + 1) > PEERS_ADDRESS_LEN)
		return WICI_BAD_FIELD;
	colon = strrchr(address, ':');
	if (!colon || !is_port(colon + 1))
		return WICI_BAD_FIELD;
	if (address[0] == '[') {
		if (colon == address || colon[-1] != ']' ||
		    !is_v6(address + 1, (size_t)(colon - 1 - (address + 1))))
			return WICI_BAD_FIELD;
		return WICI_OK;
	}
	return is_host(address, (size_t)(colon - address)) ? WICI_OK
							   : WICI_BAD_FIELD;
}
