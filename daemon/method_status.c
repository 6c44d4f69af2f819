/* daemon/method_status.c — status.get: where this installation stands, and
 * what to do next. */
#include "daemon/attachments.h"
#include "daemon/echo.h"
#include "daemon/erase.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "daemon/project.h"
#include "daemon/renew.h"
#include "daemon/store/book.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "proto/day.h"
#include "proto/kinds.h"

#include <stdio.h>

#define EXPIRY_WARN_DAYS 30
#define FORKED_MAX       20 /* Told of. */
#define WARNINGS_MAX     24 /* More than there are codes. */
#define DAY_MS           ((int64_t)86400000)

struct tally {
	struct growing pairs;
	uint32_t kinds;
	uint64_t total;
};

static void add_tally(void *arg, uint16_t number, int64_t count)
{
	const struct wici_kind *kind = wici_kind_by_number(number);
	struct tally *t = arg;
	char name[16];

	if (count <= 0)
		return;
	(void)snprintf(name, sizeof(name), "%u", number);
	wici_mp_str(&t->pairs.w, kind ? kind->name : name);
	wici_mp_uint(&t->pairs.w, (uint64_t)count);
	t->kinds++;
	t->total += (uint64_t)count;
}

static enum wici_err write_records(struct wici_mp_writer *w, struct node *n)
{
	struct tally t = {.kinds = 0};
	enum wici_err err;

	growing_init(&t.pairs, GROWING_LEN_MAX);
	err = project_each_tally(n, add_tally, &t);
	wici_mp_str(w, "records");
	wici_mp_map(w, 2);
	wici_mp_str(w, "total");
	wici_mp_uint(w, t.total);
	wici_mp_str(w, "by_kind");
	wici_mp_map(w, t.kinds);
	wici_mp_raw(w, growing_bytes(&t.pairs));
	growing_clear(&t.pairs);
	return err;
}

static bool is_expiring(const struct node *n, int32_t days)
{
	return n->roster.has_expires && n->roster.issuers_count > 0 &&
	       wici_day_warsaw(n->now.wall_ms) + days > n->roster.expires.last;
}

static bool has_refused_peer(const struct node *n)
{
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		if (row->state == PEER_REFUSED)
			return true;
	return false;
}

/* A week is long enough to have made the first one. */
static bool is_of_age(const struct node *n)
{
	struct entry_row row;

	return n->own &&
	       entry_at(n->store, n->own->row.n, 1, &row) == WICI_OK &&
	       n->now.wall_ms - row.entry.header.time_ms >
		       METHOD_BACKUP_DAYS * DAY_MS;
}

enum wici_err method_backup(struct node *n, struct method_backup *b)
{
	int64_t entries = 0;
	size_t len = 0;
	enum wici_err err = book_get_int(n->store, "backup_ms", &b->time_ms);

	b->has_one = err == WICI_OK;
	b->is_old = err == WICI_OK &&
		    n->now.wall_ms - b->time_ms > METHOD_BACKUP_DAYS * DAY_MS;
	if (err == WICI_OK)
		err = book_get_int(n->store, "backup_entries", &entries);
	if (err == WICI_OK)
		err = book_get_blob(n->store, "backup_path", b->path_buf,
				    sizeof(b->path_buf), &len);
	b->entries = (uint64_t)entries;
	b->path = (struct wici_bytes){b->path_buf, len};
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

void method_write_backup(struct wici_mp_writer *w,
			 const struct method_backup *b)
{
	wici_mp_str(w, "path");
	view_line(w, b->path);
	wici_mp_str(w, "time");
	view_time(w, b->time_ms);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, b->entries);
}

static void write_backup(struct wici_mp_writer *w,
			 const struct method_backup *b)
{
	wici_mp_str(w, "backup");
	if (!b->has_one) {
		wici_mp_nil(w);
		return;
	}
	wici_mp_map(w, METHOD_BACKUP_PAIRS);
	method_write_backup(w, b);
}

/* Erasures that this institution has to sign anew. */
static uint64_t count_formers(const struct node *n)
{
	const struct wici_key *identity = node_identity(n);

	return identity ? erase_formers(n, identity, NULL, 0) : 0;
}

/* What the own feed waits for. */
static uint32_t own_warnings(const struct node *n, const char **codes)
{
	uint32_t count = 0;

	if (!n->sealed && echo_is_waiting(n))
		codes[count++] = "waiting_echo";
	if (n->drafts.count > 0)
		codes[count++] = "drafts";
	if (n->echo.override_ms != 0)
		codes[count++] = "echo_overridden";
	if (renew_needs_secret(n))
		codes[count++] = "renew_passphrase";
	if (count_formers(n))
		codes[count++] = "erasures_former";
	if (n->own && judge_is_succeeded(n, &n->own->row.key))
		codes[count++] = "succeeded";
	return count;
}

static void write_hex(struct wici_mp_writer *w, const char *name, bool has,
		      const uint8_t b[32])
{
	wici_mp_str(w, name);
	if (has)
		wici_mp_hex(w, b, 32);
	else
		wici_mp_nil(w);
}

/* Two histories, which nothing has been done about yet. */
static bool is_forked(const struct feed *feed)
{
	return feed->counts && feed->is_forked && !feed->is_succeeded;
}

static uint32_t count_forked(const struct node *n)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n->feeds.count; i++)
		count += is_forked(n->feeds.by_key[i]);
	return count < FORKED_MAX ? count : FORKED_MAX;
}

static void write_forked(struct wici_mp_writer *w, const struct node *n)
{
	uint32_t left = count_forked(n);

	wici_mp_str(w, "forked");
	wici_mp_array(w, left);
	for (size_t i = 0; left > 0; i++) {
		const struct feed *feed = n->feeds.by_key[i];
		const char *name = find_name(n, &feed->whose);

		if (!is_forked(feed))
			continue;
		wici_mp_map(w, 4);
		write_hex(w, "feed", true, feed->row.key.b);
		write_hex(w, "identity", true, feed->whose.b);
		wici_mp_str(w, "name");
		view_line(w, wici_bytes_str(name ? name : ""));
		wici_mp_str(w, "seq");
		wici_mp_uint(w, feed->limit.seq);
		left--;
	}
}

static bool is_suspended(const struct node *n)
{
	const struct wici_key *identity = node_identity(n);
	const struct wici_member *m = NULL;

	if (n->has_network && identity)
		m = wici_roster_member(&n->roster, identity);
	return m && m->is_suspended;
}

/* The version of the change that this wici cannot read. */
static void write_newer(struct wici_mp_writer *w, const struct node *n)
{
	wici_mp_str(w, "newer_change");
	if (n->has_network && n->roster.needs_newer)
		wici_mp_uint(w, n->roster.version + 1);
	else
		wici_mp_nil(w);
}

static void write_warnings(struct wici_mp_writer *w, const struct node *n,
			   const struct method_backup *backup)
{
	const char *codes[WARNINGS_MAX];
	uint32_t count = 0;

	if (n->sealed)
		codes[count++] = strcmp(n->sealed, "damaged") == 0 ? "damaged"
								   : "sealed";
	if (n->is_read_only)
		codes[count++] = "read_only";
	count += own_warnings(n, codes + count);
	if (is_suspended(n))
		codes[count++] = "suspended";
	if (n->has_network && n->roster.is_forked)
		codes[count++] = "root_forked";
	if (n->has_network && n->roster.needs_newer)
		codes[count++] = "newer_needed";
	if (n->has_network && is_expiring(n, 0))
		codes[count++] = "issuers_expired";
	else if (n->has_network && is_expiring(n, EXPIRY_WARN_DAYS))
		codes[count++] = "issuers_expiring";
	if (n->has_network && n->roster.policy.keys_count == 1)
		codes[count++] = "single_root";
	if (count_forked(n))
		codes[count++] = "forked_feed";
	if (has_refused_peer(n))
		codes[count++] = "peer_refused";
	if (n->has_network && (backup->has_one ? backup->is_old : is_of_age(n)))
		codes[count++] = "no_backup";
	wici_mp_str(w, "warnings");
	wici_mp_array(w, count);
	for (uint32_t i = 0; i < count; i++)
		wici_mp_str(w, codes[i]);
}

static const char *next_step(const struct node *n)
{
	if (!node_identity(n))
		return "init";
	if (n->has_network && n->own && node_is_member(n))
		return NULL;
	return n->is_joining ? "join_waiting" : "network";
}

static void write_role(struct wici_mp_writer *w, const struct node *n)
{
	uint32_t count = 0;

	wici_mp_str(w, "role");
	wici_mp_map(w, 2);
	wici_mp_str(w, "registrar");
	wici_mp_bool(w, n->has_network && n->own &&
				wici_roster_is_registrar(&n->roster,
							 &n->own->row.key));
	for (size_t i = 0; n->own && i < n->roster.issuers_count; i++)
		count += wici_key_equal(&n->roster.issuers[i].at.feed,
					&n->own->row.key);
	wici_mp_str(w, "issuer");
	wici_mp_array(w, count);
	for (size_t i = 0; n->own && i < n->roster.issuers_count; i++)
		if (wici_key_equal(&n->roster.issuers[i].at.feed,
				   &n->own->row.key))
			wici_mp_str(w, n->roster.issuers[i].scheme);
}

/* The roster's name once there is one: it is what others see. */
static enum wici_err write_names(struct wici_mp_writer *w, struct node *n)
{
	const struct wici_key *identity = node_identity(n);
	struct wici_bytes short_name = {NULL, 0};
	struct entry_row row;
	char name[201];
	enum wici_err err = method_name(n, name);
	const char *known = identity ? find_name(n, identity) : NULL;

	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(known ? known : name));
	wici_mp_str(w, "short_name");
	if (!err && identity && n->has_network) {
		err = find_profile(n, identity, &row);
		if (!err)
			short_name = find_line(row.entry.payload, "short_name");
	}
	view_line(w, short_name);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static void write_state(struct wici_mp_writer *w, const struct node *n)
{
	static const uint8_t zero[32] = {0};
	const struct wici_key *identity = node_identity(n);

	write_hex(w, "identity", identity, identity ? identity->b : zero);
	write_hex(w, "network", n->has_network, n->network.b);
	wici_mp_str(w, "network_name");
	view_line(w, wici_bytes_str(n->has_network ? n->roster.name : ""));
	write_hex(w, "feed", n->own != NULL, n->own ? n->own->row.key.b : zero);
	wici_mp_str(w, "sealed");
	wici_mp_bool(w, n->sealed != NULL);
	wici_mp_str(w, "sealed_reason");
	view_line(w, wici_bytes_str(n->sealed ? n->sealed : ""));
	wici_mp_str(w, "read_only");
	wici_mp_bool(w, n->is_read_only);
	wici_mp_str(w, "version");
	wici_mp_str(w, WICI_VERSION);
	wici_mp_str(w, "uptime_s");
	wici_mp_uint(w, (n->now.mono_ms - n->started_ms) / 1000);
	wici_mp_str(w, "pending");
	wici_mp_uint(w, (uint64_t)(n->last_n - n->cursor));
}

static enum wici_err status_get(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	const char *next = next_step(n);
	struct method_backup backup = {.time_ms = 0};
	uint32_t peers = 0;
	enum wici_err err = method_backup(n, &backup);

	wici_mp_map(w, 23);
	if (!err)
		err = write_names(w, n);
	write_state(w, n);
	if (!err)
		err = write_records(w, n);
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		peers++;
	wici_mp_str(w, "peers");
	wici_mp_array(w, peers);
	for (const struct peer_row *row = n->peers.rows; row; row = row->next)
		method_write_peer(w, n, row);
	write_warnings(w, n, &backup);
	write_forked(w, n);
	write_backup(w, &backup);
	wici_mp_str(w, "next");
	view_line(w, wici_bytes_str(next ? next : ""));
	wici_mp_str(w, "attachments");
	wici_mp_map(w, 2);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, attachments_bytes(n));
	wici_mp_str(w, "quota");
	wici_mp_uint(w, attachments_quota(n));
	wici_mp_str(w, "drafts");
	wici_mp_uint(w, (uint64_t)n->drafts.count);
	wici_mp_str(w, "erasures_former");
	wici_mp_uint(w, count_formers(n));
	write_newer(w, n);
	write_role(w, n);
	return err;
}

const struct method methods_status[] = {
	{.name = "status.get", .function = status_get},
	{.name = NULL},
};
