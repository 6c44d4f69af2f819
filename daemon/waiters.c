/* daemon/waiters.c — Who waits, for what, and until when.
 *
 * A waiter is looked at once a turn: it is answered when what it waits for has
 * come about, or its time is up. Each is one block of memory that begins with
 * struct node_waiter, so that the node can free it. */
#include "daemon/waiters.h"

#include "daemon/echo.h"
#include "daemon/feeds.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/project.h"
#include "daemon/store/entry.h"
#include "proto/kinds.h"

#include <stdlib.h>

#define TIMEOUT_S_MAX    86400u
#define EVENTS_TURN_MAX  200
#define EVENTS_LAG_MAX   10000
#define CALLS_A_TURN_MAX 16

enum waiter_what {
	WAITER_SYNC,
	WAITER_JOIN,
	WAITER_CALL,
	WAITER_PUBLISH,
	WAITER_WATCH
};

struct waiter {
	struct node_waiter base; /* First. */
	enum waiter_what what;
	char code[8];      /* JOIN: the six digits. */
	int64_t seen_n;    /* WATCH: told up to here. */
	size_t method_len; /* CALL, PUBLISH: what was asked. */
	size_t params_len;
	uint8_t bytes[];
};

static struct waiter *first(const struct node *n)
{
	return (struct waiter *)n->waiters;
}

static struct waiter *next_of(const struct waiter *w)
{
	return (struct waiter *)w->base.next;
}

/* Of all connections, gone and present. */
static void count_traffic(const struct node *n, struct node_waiter *sums)
{
	sums->received = n->peers.received;
	sums->sent = n->peers.sent;
	sums->bytes_in = n->peers.bytes_in;
	sums->bytes_out = n->peers.bytes_out;
	for (const struct peer_row *row = n->peers.rows; row; row = row->next) {
		sums->received += row->received;
		sums->sent += row->sent;
		sums->bytes_in += row->bytes_in;
		sums->bytes_out += row->bytes_out;
	}
}

static enum wici_err add(struct node *n, const struct call *call,
			 enum waiter_what what, size_t more,
			 struct waiter **added)
{
	struct waiter *w;
	size_t count = 0;

	*added = NULL;
	for (w = first(n); w; w = next_of(w))
		count++;
	if (count >= WAITERS_MAX)
		return WICI_BUSY;
	w = growing_alloc(sizeof(*w) + more);
	w->what = what;
	w->base.client = call->client;
	w->base.msgid = call->msgid;
	w->base.since_ms = n->now.mono_ms;
	w->base.deadline_ms = UINT64_MAX;
	count_traffic(n, &w->base);
	w->base.next = n->waiters;
	n->waiters = &w->base;
	*added = w;
	return WICI_OK;
}

static void set_deadline(struct waiter *w, uint64_t timeout_s)
{
	if (timeout_s > TIMEOUT_S_MAX)
		timeout_s = TIMEOUT_S_MAX;
	w->base.deadline_ms = w->base.since_ms + timeout_s * 1000;
}

enum wici_err waiters_add_sync(struct node *n, const struct call *call,
			       uint64_t timeout_s)
{
	struct waiter *w;
	enum wici_err err = add(n, call, WAITER_SYNC, 0, &w);

	if (err)
		return err;
	set_deadline(w, timeout_s);
	n->peers.wants_confirm = true;
	/* What was equal before may not be now: each is asked once more. */
	for (struct peer_row *row = n->peers.rows; row; row = row->next)
		row->is_confirmed = false;
	return WICI_OK;
}

enum wici_err waiters_add_join(struct node *n, const struct call *call,
			       uint64_t timeout_s, const char *code)
{
	struct waiter *w;
	enum wici_err err = add(n, call, WAITER_JOIN, 0, &w);

	if (err)
		return err;
	set_deadline(w, timeout_s);
	memcpy(w->code, code, 7);
	return WICI_OK;
}

enum wici_err waiters_add_watch(struct node *n, const struct call *call)
{
	struct waiter *w;
	enum wici_err err;

	for (w = first(n); w; w = next_of(w))
		if (w->what == WAITER_WATCH && w->base.client == call->client)
			return WICI_OK;
	err = add(n, call, WAITER_WATCH, 0, &w);
	if (!err)
		w->seen_n = n->last_n;
	return err;
}

static enum wici_err add_call(struct node *n, const struct call *call,
			      enum waiter_what what, struct waiter **added)
{
	size_t bytes = call->method.len + call->params.len;
	size_t kept = 0;
	struct waiter *w;
	enum wici_err err;

	for (w = first(n); w; w = next_of(w))
		kept += w->method_len + w->params_len;
	if (kept + bytes > WAITERS_CALL_MAX)
		return WICI_BUSY;
	err = add(n, call, what, bytes, added);
	if (err)
		return err;
	w = *added;
	w->method_len = call->method.len;
	w->params_len = call->params.len;
	memcpy(w->bytes, call->method.p, call->method.len);
	memcpy(w->bytes + call->method.len, call->params.p, call->params.len);
	return WICI_OK;
}

enum wici_err waiters_add_call(struct node *n, const struct call *call)
{
	struct waiter *w;

	return add_call(n, call, WAITER_CALL, &w);
}

enum wici_err waiters_add_publish(struct node *n, const struct call *call)
{
	struct waiter *w;
	enum wici_err err = add_call(n, call, WAITER_PUBLISH, &w);

	if (!err)
		w->base.deadline_ms = n->now.mono_ms + PUBLISH_WAIT_MS;
	return err;
}

void waiters_forget(struct node *n, uint64_t client)
{
	struct node_waiter **at = &n->waiters;

	while (*at) {
		struct node_waiter *w = *at;

		if (w->client != client) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		free(w);
	}
}

static bool is_connected(const struct peer_row *row)
{
	return row->link != 0 && row->state != PEER_CONNECTING &&
	       row->state != PEER_REFUSED;
}

/* Connected peers, and how many of them are in step (and have said so since
 * the client asked). */
static size_t count_peers(const struct node *n, bool confirmed, size_t *in_step)
{
	size_t count = 0;

	*in_step = 0;
	for (const struct peer_row *row = n->peers.rows; row; row = row->next) {
		if (!is_connected(row))
			continue;
		count++;
		*in_step += row->state == PEER_IN_STEP &&
			    (row->is_confirmed || !confirmed);
	}
	return count;
}

static void write_sync_peers(const struct node *n, struct wici_mp_writer *w)
{
	uint32_t count = 0;

	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		count += is_connected(row);
	wici_mp_str(w, "peers");
	wici_mp_array(w, count);
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		if (is_connected(row))
			method_write_peer(w, n, row);
}

static void write_sync(const struct node *n, const struct waiter *waiter,
		       const char *reason, struct wici_mp_writer *w)
{
	const struct node_waiter *base = &waiter->base;
	struct node_waiter now;

	count_traffic(n, &now);
	wici_mp_map(w, 8);
	wici_mp_str(w, "in_step");
	wici_mp_bool(w, reason == NULL);
	wici_mp_str(w, "reason");
	view_line(w, wici_bytes_str(reason ? reason : ""));
	write_sync_peers(n, w);
	wici_mp_str(w, "received");
	wici_mp_uint(w, now.received - base->received);
	wici_mp_str(w, "sent");
	wici_mp_uint(w, now.sent - base->sent);
	wici_mp_str(w, "bytes_in");
	wici_mp_uint(w, now.bytes_in - base->bytes_in);
	wici_mp_str(w, "bytes_out");
	wici_mp_uint(w, now.bytes_out - base->bytes_out);
	wici_mp_str(w, "seconds");
	wici_mp_float(w, (double)(n->now.mono_ms - base->since_ms) / 1000);
}

/* Answers; true: the waiter is done. */
static bool run_sync(struct node *n, struct waiter *w)
{
	bool is_late = n->now.mono_ms >= w->base.deadline_ms;
	struct growing result;
	struct fault fault;
	size_t in_step;
	size_t count = count_peers(n, true, &in_step);
	const char *reason = NULL;

	if (count == 0 || in_step < count) {
		if (!is_late)
			return false;
		reason = count ? "timeout" : "no_peer";
	}
	fault_init(&fault);
	growing_init(&result, GROWING_LEN_MAX);
	write_sync(n, w, reason, &result.w);
	method_reply(n, w->base.client, w->base.msgid, WICI_OK, &fault,
		     &result);
	growing_clear(&result);
	fault_clear(&fault);
	return true;
}

static void write_join(const struct node *n, const struct waiter *waiter,
		       struct wici_mp_writer *w)
{
	struct node_waiter now;
	size_t in_step;

	count_traffic(n, &now);
	(void)count_peers(n, false, &in_step);
	wici_mp_map(w, 7);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "network_name");
	wici_mp_str(w, n->roster.name);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, n->own->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, node_identity(n)->b, WICI_KEY_LEN);
	wici_mp_str(w, "code");
	wici_mp_str(w, waiter->code);
	wici_mp_str(w, "in_step");
	wici_mp_bool(w, in_step > 0);
	wici_mp_str(w, "received");
	wici_mp_uint(w, now.received - waiter->base.received);
}

static bool is_final(enum wici_err err)
{
	return err == WICI_TOKEN_WRONG || err == WICI_TOKEN_USED ||
	       err == WICI_TOKEN_EXPIRED || err == WICI_ALREADY_MEMBER;
}

/* What a join has come to: WICI_AGAIN: nothing yet. */
static enum wici_err judge_join(const struct node *n, const struct waiter *w)
{
	size_t in_step;

	if (n->own && node_is_member(n)) {
		(void)count_peers(n, false, &in_step);
		if (in_step > 0)
			return WICI_OK;
	} else if (is_final(n->join_err)) {
		return n->join_err;
	}
	if (n->now.mono_ms < w->base.deadline_ms)
		return WICI_AGAIN;
	if (!node_is_member(n) && n->join_err == WICI_INVITER_AWAY)
		return WICI_INVITER_AWAY;
	return WICI_WAITING;
}

static bool run_join(struct node *n, struct waiter *w)
{
	enum wici_err err = judge_join(n, w);
	struct growing result;
	struct fault fault;

	if (err == WICI_AGAIN)
		return false;
	fault_init(&fault);
	growing_init(&result, GROWING_LEN_MAX);
	if (!err)
		write_join(n, w, &result.w);
	else if (err == WICI_WAITING || err == WICI_INVITER_AWAY)
		fault_hint(&fault, "it goes on by itself; `wici status` says "
				   "how far it is, the same `wici join` waits "
				   "on");
	method_reply(n, w->base.client, w->base.msgid, err, &fault, &result);
	growing_clear(&result);
	fault_clear(&fault);
	return true;
}

static void tell_event(struct node *n, uint64_t client,
		       const struct entry_row *row, const struct feed *feed)
{
	struct node_output out = {.type = NODE_REPLY};
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	struct growing g;
	bool in_turn = n->in_turn;

	growing_init(&g, GROWING_LEN_MAX);
	wici_mp_array(&g.w, 3);
	wici_mp_uint(&g.w, 2);
	wici_mp_str(&g.w, "record.new");
	wici_mp_array(&g.w, 1);
	wici_mp_map(&g.w, 4);
	wici_mp_str(&g.w, "id");
	wici_mp_hex(&g.w, row->id.b, WICI_ID_LEN);
	wici_mp_str(&g.w, "feed");
	wici_mp_hex(&g.w, feed->row.key.b, WICI_KEY_LEN);
	wici_mp_str(&g.w, "seq");
	wici_mp_uint(&g.w, row->entry.header.seq);
	wici_mp_str(&g.w, "kind");
	view_line(&g.w, wici_bytes_str(kind ? kind->name : ""));
	out.reply.client = client;
	out.reply.bytes = growing_bytes(&g);
	/* It was committed in an earlier turn: nothing can take it back, so it
	 * does not wait for this turn's commit as replies do. */
	n->in_turn = false;
	node_emit(n, &out);
	n->in_turn = in_turn;
	growing_clear(&g);
}

/* Entries that were committed since the client was told last. */
static bool run_watch(struct node *n, struct waiter *w)
{
	struct entry_row row;

	if (w->seen_n > n->last_n) /* Entries were set aside. */
		w->seen_n = n->last_n;
	if (n->last_n - w->seen_n > EVENTS_LAG_MAX)
		w->seen_n = n->last_n - EVENTS_LAG_MAX / 2;
	for (int i = 0; i < EVENTS_TURN_MAX && w->seen_n < n->last_n; i++) {
		struct feed *feed;

		if (entry_after(n->store, w->seen_n, &row))
			break;
		feed = feeds_by_n(&n->feeds, row.feed_n);
		if (!feed || row.entry.header.seq > feed->released_seq)
			break; /* Of this turn: told in the next. */
		tell_event(n, w->base.client, &row, feed);
		w->seen_n = row.n;
	}
	return false;
}

/* The waiter is off the list: what it asks for may make it wait again. */
static void run_call(struct node *n, const struct waiter *w)
{
	struct call call = {
		.node = n,
		.client = w->base.client,
		.msgid = w->base.msgid,
		.method = {w->bytes, w->method_len},
		.params = {w->bytes + w->method_len, w->params_len},
		.is_late = n->now.mono_ms >= w->base.deadline_ms,
	};

	method_again(&call);
}

static bool is_due(const struct node *n, const struct waiter *w)
{
	if (w->what == WAITER_PUBLISH)
		return n->sealed || !echo_is_waiting(n) ||
		       n->now.mono_ms >= w->base.deadline_ms;
	return w->what == WAITER_CALL && project_is_done(n);
}

static bool run_one(struct node *n, struct waiter *w)
{
	switch (w->what) {
	case WAITER_SYNC:
		return run_sync(n, w);
	case WAITER_JOIN:
		return run_join(n, w);
	case WAITER_CALL:
	case WAITER_PUBLISH:
		return false;
	case WAITER_WATCH:
		return run_watch(n, w);
	}
	return false;
}

static void run_calls(struct node *n)
{
	for (int i = 0; i < CALLS_A_TURN_MAX; i++) {
		struct node_waiter **oldest = NULL;
		struct waiter *w;

		for (struct node_waiter **at = &n->waiters; *at;
		     at = &(*at)->next)
			if (is_due(n, (struct waiter *)*at))
				oldest = at; /* New ones stand in front. */
		if (!oldest)
			return;
		w = (struct waiter *)*oldest;
		*oldest = w->base.next;
		run_call(n, w);
		free(w);
	}
}

void waiters_run(struct node *n)
{
	struct node_waiter **at = &n->waiters;
	bool wants_confirm = false;

	while (*at) {
		struct waiter *w = (struct waiter *)*at;

		if (run_one(n, w)) {
			*at = w->base.next;
			free(w);
			continue;
		}
		wants_confirm |= w->what == WAITER_SYNC;
		at = &w->base.next;
	}
	n->peers.wants_confirm = wants_confirm;
	run_calls(n);
}
