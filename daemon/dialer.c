/* daemon/dialer.c — Dialling: names, connections, and how long to wait.
 *
 * Happy path: due, the name found, connected, up. Failure modes: no such name
 * (name), nobody there (refused), no way there (unreachable), no answer
 * (timeout); a session that ends. Each ends in a delay. */
#include "daemon/dialer.h"

#include "daemon/log.h"
#include "proto/require.h"

#include <netdb.h>
#include <stdlib.h>

enum dial_state { DIAL_WAITING, DIAL_NAMING, DIAL_CONNECTING, DIAL_UP };

struct dial {
	struct dial *next;
	struct dialer *dialer;
	char address[PEERS_ADDRESS_LEN + 1];
	enum dial_state state;
	uint64_t due_ms;      /* WAITING: the next try. */
	uint64_t deadline_ms; /* CONNECTING: then it is a timeout. */
	uint32_t delay_ms;    /* Before the jitter. */
	bool is_late;         /* Cut off for its deadline. */
	const char *reason;
	uv_getaddrinfo_t naming;
	uv_connect_t connect;
	struct addrinfo *found, *at; /* The one being tried. */
	struct peer *peer;
};

static void dialer_on_timer(uv_timer_t *timer)
{
	dialer_look(timer->data);
}

/* A place is free, or somebody waits: look again, but from the loop, where no
 * dial is in anybody's hands. */
static void dialer_wake(struct dialer *d)
{
	if (!d->is_closing)
		uv_timer_start(&d->timer, dialer_on_timer, 0, 0);
}

static struct peer_row *dial_row(const struct dial *dial)
{
	const struct node *n = dial->dialer->peers->turn->hub->node;
	struct peer_row *row = peers_by_address(&n->peers, dial->address);

	return row && row->is_dialed ? row : NULL;
}

static void dial_show(const struct dial *dial, enum peer_state state)
{
	struct peer_row *row = dial_row(dial);

	if (!row || row->link)
		return;
	row->state = state;
	/* While it is tried again, why it failed last time is still told. */
	if (state == PEER_WAITING)
		row->reason = dial->reason;
}

/* Half of the delay is certain, half is chance: a thousand members do not
 * come back in the same second. */
static void dial_wait(struct dial *dial)
{
	uint32_t half;

	if (dial->found)
		uv_freeaddrinfo(dial->found);
	dial->found = dial->at = NULL;
	dial->delay_ms = dial->delay_ms ? dial->delay_ms * 2 : DIALER_DELAY_MS;
	if (dial->delay_ms > DIALER_CEILING_MS)
		dial->delay_ms = DIALER_CEILING_MS;
	half = dial->delay_ms / 2;
	dial->due_ms = turn_mono_ms() + half + randombytes_uniform(half + 1);
	dial->state = DIAL_WAITING;
}

static void dial_fail(struct dial *dial)
{
	LOG(DEBUG, "dial_failed", LOG_TEXT("address", dial->address),
	    LOG_TEXT("reason", dial->reason));
	dial->dialer->trying--;
	dial_wait(dial);
	dial_show(dial, PEER_WAITING);
	dialer_wake(dial->dialer);
}

static const char *reason_of(const struct dial *dial, int status)
{
	if (dial->is_late || status == UV_ETIMEDOUT)
		return "timeout";
	return status == UV_ECONNREFUSED ? "refused" : "unreachable";
}

static void dial_next(struct dial *dial);

/* The session is over; the peer is freed after this. */
static void dial_on_gone(void *arg, const struct peer_end *end)
{
	struct dial *dial = arg;

	dial->peer = NULL;
	if (dial->state != DIAL_UP)
		return;
	/* A second connection of one pair is no reason to hurry. */
	if (end->why == WICI_REJECT_DUPLICATE || end->why == WICI_REJECT_SELF)
		dial->delay_ms = DIALER_CEILING_MS;
	else if (end->was_ready)
		dial->delay_ms = 0;
	dial_wait(dial);
	dialer_wake(dial->dialer);
}

static void dial_on_connect(uv_connect_t *connect, int status)
{
	struct dial *dial = connect->data;
	struct peer *p = dial->peer;

	if (!status && !dial_row(dial)) /* Removed meanwhile. */
		status = UV_ECANCELED;
	if (!status) {
		dial->dialer->trying--;
		dial->state = DIAL_UP;
		if (peer_open(p, true, dial->address) != WICI_OK)
			dial->reason = "busy"; /* Then dial_on_gone comes. */
		return;
	}
	dial->reason = reason_of(dial, status);
	p->gone = NULL;
	dial->peer = NULL;
	peer_close(p, WICI_IO);
	if (!dial->dialer->is_closing)
		dial_next(dial);
}

/* Tries the next address that the name has. */
static void dial_next(struct dial *dial)
{
	struct addrinfo *at = dial->at;

	if (!at) {
		dial_fail(dial);
		return;
	}
	dial->at = at->ai_next;
	dial->peer = peer_new(dial->dialer->peers);
	dial->peer->gone = dial_on_gone;
	dial->peer->arg = dial;
	dial->is_late = false;
	dial->deadline_ms = turn_mono_ms() + DIALER_TRY_MS;
	dial->connect.data = dial;
	if (uv_tcp_connect(&dial->connect, &dial->peer->tcp, at->ai_addr,
			   dial_on_connect) == 0)
		return;
	dial->reason = "unreachable";
	dial->peer->gone = NULL;
	peer_close(dial->peer, WICI_IO);
	dial->peer = NULL;
	dial_next(dial);
}

static void dial_on_name(uv_getaddrinfo_t *naming, int status,
			 struct addrinfo *found)
{
	struct dial *dial = naming->data;

	dial->found = dial->at = found;
	dial->state = DIAL_CONNECTING;
	dial->reason = "name";
	if (dial->dialer->is_closing)
		return;
	if (status)
		dial->at = NULL;
	dial_next(dial);
}

/* Splits HOST:PORT; the address was checked when it became a row. */
static const char *dial_host(const struct dial *dial,
			     char host[PEERS_ADDRESS_LEN + 1])
{
	const char *colon = strrchr(dial->address, ':');
	size_t skip = dial->address[0] == '[';
	size_t len;

	if (!colon || (size_t)(colon - dial->address) < 2 * skip)
		return NULL;
	len = (size_t)(colon - dial->address) - 2 * skip;
	memcpy(host, dial->address + skip, len);
	host[len] = '\0';
	return colon + 1;
}

static void dial_start(struct dial *dial)
{
	char host[PEERS_ADDRESS_LEN + 1];
	const char *port = dial_host(dial, host);
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	dial->dialer->trying++;
	dial->state = DIAL_NAMING;
	dial->naming.data = dial;
	dial_show(dial, PEER_CONNECTING);
	/* A number needs no thread. */
	if (port && getaddrinfo(host, port, &hints, &found) == 0) {
		dial_on_name(&dial->naming, 0, found);
		return;
	}
	hints.ai_flags = AI_NUMERICSERV;
	if (!port ||
	    uv_getaddrinfo(dial->dialer->peers->turn->loop, &dial->naming,
			   dial_on_name, host, port, &hints) != 0)
		dial_on_name(&dial->naming, UV_EAI_NONAME, NULL);
}

static struct dial *dialer_find(struct dialer *d, const char *address)
{
	struct dial *dial = d->dials;

	while (dial && strcmp(dial->address, address) != 0)
		dial = dial->next;
	return dial;
}

/* One dial for each row that is to be dialled. */
static void dialer_match(struct dialer *d)
{
	struct node *n = d->peers->turn->hub->node;
	struct dial **at = &d->dials;
	struct dial *dial;

	while ((dial = *at)) {
		if (dial->state == DIAL_WAITING && !dial_row(dial)) {
			*at = dial->next;
			free(dial);
		} else {
			at = &dial->next;
		}
	}
	for (struct peer_row *row = n->peers.rows; row; row = row->next) {
		if (!row->is_dialed || dialer_find(d, row->address))
			continue;
		dial = calloc(1, sizeof(*dial));
		WICI_REQUIRE(dial);
		dial->dialer = d;
		memcpy(dial->address, row->address, sizeof(dial->address));
		dial->next = d->dials;
		d->dials = dial;
	}
}

/* The last try ended as the second connection of a pair, and the first one is
 * still there: nothing to do. */
static bool is_doubled(const struct node *n, const struct peer_row *row)
{
	const char *doubled = wici_err_code(WICI_REJECT_DUPLICATE);

	if (!row->reason || strcmp(row->reason, doubled) != 0)
		return false;
	for (const struct peer_row *r = n->peers.rows; r; r = r->next) {
		if (r != row && r->link &&
		    wici_key_equal(&r->identity, &row->identity))
			return true;
	}
	return false;
}

/* May this row be dialled now, as far as it is concerned? */
static bool is_wanted(const struct dialer *d, const struct peer_row *row)
{
	return row && !row->link && row->state != PEER_PAUSED &&
	       !is_doubled(d->peers->turn->hub->node, row);
}

/* Whose turn it is: the one that has been due longest. */
static struct dial *dialer_due(struct dialer *d, uint64_t now,
			       uint64_t *next_ms)
{
	struct dial *best = NULL;

	*next_ms = UINT64_MAX;
	for (struct dial *dial = d->dials; dial; dial = dial->next) {
		struct peer_row *row = dial_row(dial);

		if (dial->state != DIAL_WAITING || !is_wanted(d, row))
			continue;
		if (dial->due_ms > now)
			*next_ms = dial->due_ms < *next_ms ? dial->due_ms
							   : *next_ms;
		else if (!best || dial->due_ms < best->due_ms)
			best = dial;
	}
	return best;
}

static void dialer_cut_late(struct dialer *d, uint64_t now)
{
	for (struct dial *dial = d->dials; dial; dial = dial->next) {
		if (dial->state != DIAL_CONNECTING || !dial->peer ||
		    dial->is_late || now < dial->deadline_ms)
			continue;
		/* Its on_connect is called with UV_ECANCELED. */
		dial->is_late = true;
		dial->peer->gone = NULL;
		peer_close(dial->peer, WICI_IO);
	}
}

void dialer_look(struct dialer *d)
{
	uint64_t now = turn_mono_ms();
	uint64_t next_ms;
	struct dial *dial;

	if (d->is_closing || !d->peers->turn->hub->node->has_network)
		return;
	dialer_cut_late(d, now);
	dialer_match(d);
	while ((dial = dialer_due(d, now, &next_ms)) && d->trying < DIALER_MAX)
		dial_start(dial);
	if (next_ms != UINT64_MAX)
		uv_timer_start(&d->timer, dialer_on_timer, next_ms - now, 0);
}

void dialer_init(struct dialer *d, struct peer_set *peers)
{
	*d = (struct dialer){.peers = peers};
	WICI_REQUIRE(uv_timer_init(peers->turn->loop, &d->timer) == 0);
	d->timer.data = d;
}

void dialer_close(struct dialer *d)
{
	if (d->is_closing)
		return;
	d->is_closing = true;
	uv_close((uv_handle_t *)&d->timer, NULL);
	for (struct dial *dial = d->dials; dial; dial = dial->next) {
		if (dial->state == DIAL_NAMING)
			uv_cancel((uv_req_t *)&dial->naming);
	}
}

void dialer_clear(struct dialer *d)
{
	struct dial *dial;

	while ((dial = d->dials)) {
		d->dials = dial->next;
		if (dial->found)
			uv_freeaddrinfo(dial->found);
		free(dial);
	}
}
