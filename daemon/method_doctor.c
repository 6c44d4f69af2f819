/* daemon/method_doctor.c — doctor.get: everything that an administrator should
 * know of, checked in one go. The sentences and remedies are the client's. */
#include "daemon/doctor.h"
#include "daemon/draft.h"
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/renew.h"
#include "daemon/store/book.h"
#include "proto/day.h"

#define EXPIRES_DAYS 30

struct wici_mp_writer *doctor_row(struct doctor *d, const char *name,
				  enum doctor_state state, const char *code,
				  uint32_t more)
{
	static const char *const states[] = {"ok", "warn", "bad", "unchecked"};
	struct wici_mp_writer *w = &d->rows.w;

	d->count++;
	wici_mp_map(w, 3 + more);
	doctor_line(w, "name", name);
	doctor_line(w, "state", states[state]);
	doctor_line(w, "code", code);
	return w;
}

void doctor_uint(struct wici_mp_writer *w, const char *name, uint64_t value)
{
	wici_mp_str(w, name);
	wici_mp_uint(w, value);
}

void doctor_line(struct wici_mp_writer *w, const char *name, const char *value)
{
	wici_mp_str(w, name);
	view_line(w, wici_bytes_str(value));
}

static void take(struct doctor *d, enum wici_err err)
{
	if (!d->err && err != WICI_NOT_FOUND)
		d->err = err;
}

static void check_identity(struct doctor *d)
{
	const struct keys *k = &d->n->keys;

	if (!node_identity(d->n))
		(void)doctor_row(d, "identity", DOCTOR_WARN, "none", 0);
	else if (!k->has_identity)
		(void)doctor_row(d, "identity", DOCTOR_OK, "away", 0);
	else if (k->is_locked)
		(void)doctor_row(d, "identity", DOCTOR_OK, "passphrase", 0);
	else
		(void)doctor_row(d, "identity", DOCTOR_WARN, "clear", 0);
}

/* When this installation's first feed began: a card made before that knows no
 * network. */
static int64_t first_opened(struct doctor *d)
{
	struct node *n = d->n;
	struct entry_row row;

	for (size_t i = 0; i < n->feeds.by_n_max; i++) {
		const struct feed *feed = n->feeds.by_n[i];

		if (!feed || !feed->row.is_own || feed->row.seq == 0)
			continue;
		if (entry_at(n->store, feed->row.n, 1, &row) == WICI_OK)
			return row.entry.header.time_ms;
		break;
	}
	return 0;
}

static void check_card(struct doctor *d)
{
	enum doctor_state state = DOCTOR_OK;
	const char *code = "made";
	int64_t made_ms = 0;

	if (!node_identity(d->n))
		return;
	take(d, book_get_int(d->n->store, "card_ms", &made_ms));
	if (made_ms == 0) {
		state = DOCTOR_WARN;
		code = "none";
	} else if (!d->n->has_network || made_ms < first_opened(d)) {
		state = DOCTOR_WARN;
		code = "before_network";
	}
	wici_mp_str(doctor_row(d, "card", state, code, 1), "time");
	view_time(&d->rows.w, made_ms);
}

static void check_network(struct doctor *d)
{
	const struct node *n = d->n;
	const struct wici_key *identity = node_identity(n);
	const struct wici_member *me =
		n->has_network && identity
			? wici_roster_member(&n->roster, identity)
			: NULL;
	struct wici_mp_writer *w;

	if (!n->has_network && !n->is_joining) {
		(void)doctor_row(d, "network", DOCTOR_WARN, "none", 0);
		return;
	}
	if (!me) {
		w = doctor_row(d, "network", DOCTOR_WARN, "joining", 1);
		doctor_line(w, "reason",
			    n->join_err ? wici_err_code(n->join_err) : "");
		return;
	}
	w = doctor_row(d, "network", me->is_suspended ? DOCTOR_BAD : DOCTOR_OK,
		       me->is_suspended ? "suspended" : "member", 2);
	doctor_line(w, "network_name", n->roster.name);
	doctor_uint(w, "members", n->roster.members_count);
}

static bool is_ours(const struct node *n, const struct wici_key *key)
{
	const struct wici_key *identity = node_identity(n);

	return identity && wici_key_equal(node_whose(n, key), identity);
}

static void check_root(struct doctor *d)
{
	const struct wici_roster *r = &d->n->roster;
	enum doctor_state state = DOCTOR_OK;
	const char *code = "several";
	struct wici_mp_writer *w;
	bool has_ours = false;

	for (size_t i = 0; i < r->policy.keys_count; i++)
		has_ours |= is_ours(d->n, &r->policy.keys[i]);
	if (r->version == 0) {
		(void)doctor_row(d, "root", DOCTOR_UNCHECKED, "unknown", 0);
		return;
	}
	if (r->is_forked) {
		state = DOCTOR_BAD;
		code = "forked";
	} else if (r->policy.keys_count == 1) {
		state = DOCTOR_WARN;
		code = has_ours ? "single" : "single_elsewhere";
	}
	w = doctor_row(d, "root", state, code, 4);
	doctor_uint(w, "version", r->version);
	doctor_uint(w, "keys", r->policy.keys_count);
	doctor_uint(w, "threshold", r->policy.threshold);
	wici_mp_str(w, "ours");
	wici_mp_bool(w, has_ours);
}

static void check_issuers(struct doctor *d)
{
	const struct wici_roster *r = &d->n->roster;
	int32_t today = wici_day_warsaw(d->n->now.wall_ms);
	enum doctor_state state = DOCTOR_OK;
	const char *code = "current";
	struct wici_mp_writer *w;

	if (r->issuers_count == 0) {
		(void)doctor_row(d, "issuers", DOCTOR_OK, "none", 0);
		return;
	}
	if (r->has_expires && today > r->expires.last) {
		state = DOCTOR_BAD;
		code = "expired";
	} else if (r->has_expires && today + EXPIRES_DAYS > r->expires.last) {
		state = DOCTOR_WARN;
		code = "expiring";
	}
	w = doctor_row(d, "issuers", state, code, 2);
	wici_mp_str(w, "expires");
	view_day(w, r->has_expires, r->expires.last);
	doctor_uint(w, "count", r->issuers_count);
}

/* ---- rights: do they stand where this installation writes? ---- */

/* Does the own feed say that it carries this one on? */
static bool is_carried_on(const struct node *n, const struct wici_key *feed)
{
	for (size_t i = 0; n->own && i < n->succeeds_count; i++) {
		const struct wici_succeed *s = &n->succeeds[i].is;

		if (wici_key_equal(&s->feed, &n->own->row.key) &&
		    wici_key_equal(&s->old.feed, feed))
			return true;
	}
	return false;
}

struct rights {
	uint32_t held, elsewhere;
	bool is_lost; /* One of those is on a feed that we carry on. */
	struct growing items;
};

static void add_right(struct rights *r, const struct node *n, const char *role,
		      const char *scheme, const struct wici_key *feed)
{
	if (n->own && wici_key_equal(feed, &n->own->row.key)) {
		r->held++;
		return;
	}
	r->is_lost |= is_carried_on(n, feed);
	r->elsewhere++;
	wici_mp_map(&r->items.w, 3);
	doctor_line(&r->items.w, "role", role);
	doctor_line(&r->items.w, "scheme", scheme);
	wici_mp_str(&r->items.w, "feed");
	wici_mp_hex(&r->items.w, feed->b, WICI_KEY_LEN);
}

static void check_rights(struct doctor *d)
{
	const struct node *n = d->n;
	const struct wici_key *registrar = &n->roster.registrar.feed;
	const struct feed *feed = feeds_find(&n->feeds, registrar);
	const struct wici_key *identity = node_identity(n);
	struct rights r = {.held = 0};
	struct wici_mp_writer *w;

	growing_init(&r.items, GROWING_LEN_MAX);
	if (feed && identity && wici_key_equal(&feed->whose, identity))
		add_right(&r, n, "registrar", "", registrar);
	for (size_t i = 0; i < n->roster.issuers_count; i++) {
		const struct wici_issuer *row = &n->roster.issuers[i];

		if (is_ours(n, &row->identity))
			add_right(&r, n, "issuer", row->scheme, &row->at.feed);
	}
	if (r.elsewhere) {
		w = doctor_row(d, "rights",
			       r.is_lost ? DOCTOR_BAD : DOCTOR_WARN,
			       r.is_lost ? "left_behind" : "elsewhere", 2);
		doctor_line(w, "institution",
			    identity && find_name(n, identity)
				    ? find_name(n, identity)
				    : "");
		wici_mp_str(w, "items");
		wici_mp_array(w, r.elsewhere);
		wici_mp_raw(w, growing_bytes(&r.items));
	} else if (r.held) {
		(void)doctor_row(d, "rights", DOCTOR_OK, "here", 0);
	}
	growing_clear(&r.items);
}

/* ---- the own feed ---- */

static const char *seal_code(const struct node *n)
{
	bool is_fence = strcmp(n->sealed, "damaged") == 0 && !n->is_own_damaged;

	return is_fence ? "fence_damaged" : n->sealed;
}

static void check_feed(struct doctor *d)
{
	const struct node *n = d->n;

	if (n->sealed) {
		(void)doctor_row(d, "feed", DOCTOR_BAD, seal_code(n), 0);
		return;
	}
	if (!n->own)
		return;
	if (judge_is_succeeded(n, &n->own->row.key))
		(void)doctor_row(d, "feed", DOCTOR_WARN, "succeeded", 0);
	else
		doctor_uint(doctor_row(d, "feed", DOCTOR_OK, "open", 1), "seq",
			    n->own->row.seq);
}

static void check_echo(struct doctor *d)
{
	const struct node *n = d->n;
	enum doctor_state state = DOCTOR_OK;
	const char *code = "heard";
	struct wici_mp_writer *w;

	if (!n->own || n->sealed)
		return;
	if (echo_is_waiting(n)) {
		state = DOCTOR_WARN;
		code = "waiting";
	} else if (n->echo.override_ms) {
		state = DOCTOR_WARN;
		code = "overridden";
	} else if (!n->echo.is_needed) {
		code = "not_needed";
	}
	w = doctor_row(d, "echo", state, code, 2);
	doctor_uint(w, "heard", n->echo.count);
	doctor_uint(w, "needed", echo_needed(n));
}

static void check_drafts(struct doctor *d)
{
	struct draft_row row = {.created_ms = 0};
	struct wici_mp_writer *w;

	if (d->n->drafts.count == 0) {
		(void)doctor_row(d, "drafts", DOCTOR_OK, "none", 0);
		return;
	}
	if (draft_after(d->n->store, 0, &row) != WICI_OK)
		row.created_ms = 0;
	w = doctor_row(d, "drafts", DOCTOR_WARN, "waiting", 2);
	doctor_uint(w, "count", (uint64_t)d->n->drafts.count);
	wici_mp_str(w, "oldest");
	view_time(w, row.created_ms);
}

static void check_renewal(struct doctor *d)
{
	if (!d->n->is_renewing)
		return;
	(void)doctor_row(d, "renewal", DOCTOR_WARN,
			 renew_needs_secret(d->n) ? "passphrase" : "under_way",
			 0);
}

static void check_erasures(struct doctor *d)
{
	const struct wici_key *self = node_identity(d->n);
	const struct wici_key *other = self ? erase_missed(d->n, self) : NULL;
	size_t count = self ? erase_formers(d->n, self, NULL, 0) : 0;
	const char *name = other ? find_name(d->n, other) : NULL;

	if (count)
		doctor_uint(doctor_row(d, "erasures", DOCTOR_BAD, "former", 1),
			    "count", count);
	if (other)
		doctor_line(
			doctor_row(d, "erasures", DOCTOR_WARN, "elsewhere", 1),
			"institution", name ? name : "");
}

static void check_newer(struct doctor *d)
{
	const struct wici_roster *r = &d->n->roster;

	if (r->needs_newer)
		doctor_uint(doctor_row(d, "newer", DOCTOR_BAD, "needed", 1),
			    "change", r->version + 1);
	else
		(void)doctor_row(d, "newer", DOCTOR_OK, "known", 0);
}

static void check_backup(struct doctor *d)
{
	struct method_backup backup = {.time_ms = 0};

	take(d, method_backup(d->n, &backup));
	if (!backup.has_one) {
		(void)doctor_row(d, "backup", DOCTOR_WARN, "none", 0);
		return;
	}
	method_write_backup(doctor_row(d, "backup",
				       backup.is_old ? DOCTOR_WARN : DOCTOR_OK,
				       backup.is_old ? "old" : "verified",
				       METHOD_BACKUP_PAIRS),
			    &backup);
}

static void check_membership(struct doctor *d)
{
	if (!d->n->has_network)
		return;
	check_root(d);
	check_issuers(d);
	check_rights(d);
	check_feed(d);
	check_echo(d);
	check_drafts(d);
	check_renewal(d);
	check_erasures(d);
	doctor_peers(d);
	check_newer(d);
	check_backup(d);
}

static enum wici_err doctor_get(struct call *call)
{
	struct doctor d = {.n = call->node};

	growing_init(&d.rows, GROWING_LEN_MAX);
	check_identity(&d);
	check_card(&d);
	check_network(&d);
	check_membership(&d);
	doctor_machine(&d);
	wici_mp_map(call->result, 2);
	wici_mp_str(call->result, "version");
	wici_mp_str(call->result, WICI_VERSION);
	wici_mp_str(call->result, "checks");
	wici_mp_array(call->result, d.count);
	wici_mp_raw(call->result, growing_bytes(&d.rows));
	growing_clear(&d.rows);
	return d.err;
}

const struct method methods_doctor[] = {
	{.name = "doctor.get", .function = doctor_get},
	{.name = NULL},
};
