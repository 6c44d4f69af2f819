/* daemon/doctor_peers.c — What the doctor looks at beyond this machine: are
 * peers to be reached, do issuers still speak, have others forked feeds? */
#include "daemon/doctor.h"

#include "daemon/cert_fresh.h"
#include "daemon/feeds.h"

#define SILENT_MS ((int64_t)3 * 86400000)
#define SETTLE_MS 60000u /* After a start nobody has answered yet. */

enum trouble { TROUBLE_NONE, TROUBLE_SILENT, TROUBLE_REFUSED };

static bool is_connected(const struct peer_row *r)
{
	return r->state == PEER_IN_STEP || r->state == PEER_SYNCING;
}

static enum trouble trouble_of(const struct node *n, const struct peer_row *r)
{
	if (r->state == PEER_REFUSED)
		return TROUBLE_REFUSED;
	if (is_connected(r) || r->state == PEER_PAUSED || !r->is_dialed)
		return TROUBLE_NONE;
	return n->now.wall_ms - r->last_contact_ms > SILENT_MS ? TROUBLE_SILENT
							       : TROUBLE_NONE;
}

struct peers_seen {
	uint32_t total, connected, connecting, silent, refused;
};

static const char *peers_code(const struct node *n, const struct peers_seen *s,
			      enum doctor_state *state)
{
	bool is_fresh = n->now.mono_ms - n->started_ms < SETTLE_MS;

	*state = DOCTOR_WARN;
	if (s->total == 0 && n->roster.members_count > 1)
		return "none";
	if (s->total && s->connected == 0 && s->connecting && is_fresh)
		return "connecting";
	if (s->total && s->connected == 0)
		*state = DOCTOR_BAD;
	if (s->refused)
		return "refused";
	if (s->total && s->connected == 0)
		return "unreachable";
	if (s->silent)
		return "silent";
	*state = DOCTOR_OK;
	return s->total ? "connected" : "alone";
}

static void check_peers(struct doctor *d)
{
	const struct node *n = d->n;
	struct peers_seen seen = {.total = 0};
	enum doctor_state state;
	const char *code;
	struct wici_mp_writer *w;
	uint32_t items;

	for (const struct peer_row *r = n->peers.rows; r; r = r->next) {
		enum trouble trouble = trouble_of(n, r);

		seen.total++;
		seen.connected += is_connected(r);
		seen.connecting += r->state == PEER_CONNECTING;
		seen.silent += trouble == TROUBLE_SILENT;
		seen.refused += trouble == TROUBLE_REFUSED;
	}
	code = peers_code(n, &seen, &state);
	items = seen.silent + seen.refused;
	if (items > DOCTOR_ITEMS_MAX)
		items = DOCTOR_ITEMS_MAX;
	w = doctor_row(d, "peers", state, code, 3);
	doctor_uint(w, "connected", seen.connected);
	doctor_uint(w, "total", seen.total);
	wici_mp_str(w, "items");
	wici_mp_array(w, items);
	for (const struct peer_row *r = n->peers.rows; r && items;
	     r = r->next) {
		if (trouble_of(n, r) == TROUBLE_NONE)
			continue;
		method_write_peer(w, n, r);
		items--;
	}
}

static bool is_others_fork(const struct node *n, const struct feed *feed)
{
	return feed->is_forked && feed != n->own;
}

static void check_forks(struct doctor *d)
{
	const struct node *n = d->n;
	uint32_t count = 0, items;
	struct wici_mp_writer *w;

	for (size_t i = 0; i < n->feeds.count; i++)
		count += is_others_fork(n, n->feeds.by_key[i]);
	if (count == 0) {
		(void)doctor_row(d, "forks", DOCTOR_OK, "none", 0);
		return;
	}
	items = count < DOCTOR_ITEMS_MAX ? count : DOCTOR_ITEMS_MAX;
	w = doctor_row(d, "forks", DOCTOR_WARN, "forked", 2);
	doctor_uint(w, "count", count);
	wici_mp_str(w, "items");
	wici_mp_array(w, items);
	for (size_t i = 0; i < n->feeds.count && items; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (!is_others_fork(n, feed))
			continue;
		items--;
		wici_mp_map(w, 3);
		wici_mp_str(w, "author");
		view_author(w, n, &feed->whose);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, feed->row.key.b, WICI_KEY_LEN);
		doctor_uint(w, "seq", feed->limit.seq);
	}
}

#define DAY_MS ((int64_t)86400000)

/* A beacon is a day old at most; two are allowed for. After seven nobody is told
 * VALID any more. */
static void check_word_of(struct doctor *d, const struct wici_issuer *issuer,
			  int64_t time_ms)
{
	struct node *n = d->n;
	int64_t now_ms = n->now.wall_ms;
	bool is_ours =
		n->own && wici_key_equal(&issuer->at.feed, &n->own->row.key);
	struct wici_mp_writer *w;

	/* Any time can be written: nothing is taken from it. */
	if (time_ms > now_ms + WICI_FRESH_AHEAD_MS)
		w = doctor_row(d, "word", DOCTOR_BAD, "ahead", 3);
	else if (time_ms >= now_ms - 2 * DAY_MS)
		w = doctor_row(d, "word", DOCTOR_OK, "fresh", 3);
	else if (is_ours)
		w = doctor_row(d, "word", DOCTOR_BAD, "own_old", 3);
	else
		w = doctor_row(d, "word",
			       time_ms < now_ms - WICI_FRESH_AGE_MS
				       ? DOCTOR_BAD
				       : DOCTOR_WARN,
			       "old", 3);
	doctor_line(w, "scheme", issuer->scheme);
	wici_mp_str(w, "author");
	view_author(w, n, &issuer->identity);
	wici_mp_str(w, "time");
	view_time(w, time_ms);
}

/* When did each issuer last say how its certificates stand? */
static void check_word(struct doctor *d)
{
	struct node *n = d->n;

	for (size_t i = 0; i < n->roster.issuers_count; i++) {
		const struct wici_issuer *issuer = &n->roster.issuers[i];
		struct entry_row row;
		enum wici_err err = cert_fresh_beacon(n, issuer, &row);

		if (!err)
			check_word_of(d, issuer, row.entry.header.time_ms);
		else if (err != WICI_NOT_FOUND && !d->err)
			d->err = err;
	}
}

void doctor_peers(struct doctor *d)
{
	check_peers(d);
	check_word(d);
	check_forks(d);
}
