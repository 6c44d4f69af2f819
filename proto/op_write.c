/* proto/op_write.c — Ops written: fields in the order of their names, rows in
 * the order of their keys, whichever way the caller has them. */
#include "proto/change.h"

#include "proto/day.h"
#include "proto/require.h"

/* Rows are found by what stands first in them. */
_Static_assert(offsetof(struct wici_issuer, scheme) == 0, "scheme");
_Static_assert(offsetof(struct wici_feed_row, at.feed) == 0, "feed");
_Static_assert(offsetof(struct wici_revoked, certificate) == 0, "id");
_Static_assert(offsetof(struct wici_quota, feed) == 0, "feed");
_Static_assert(offsetof(struct wici_witness, feed) == 0, "feed");
_Static_assert(offsetof(struct wici_relay, identity) == 0, "identity");

struct list {
	const void *rows;
	size_t count;
	size_t size;
	int (*compare)(const void *a, const void *b);
};

static int compare_key(const void *a, const void *b)
{
	return memcmp(a, b, WICI_KEY_LEN);
}

static int compare_scheme(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The lowest row above the last one; last NULL: the lowest of all. There is
 * one, or a key stands there twice. */
static const void *next_row(const struct list *l, const void *last)
{
	const void *next = NULL;

	for (size_t i = 0; i < l->count; i++) {
		const void *row = (const uint8_t *)l->rows + i * l->size;

		if ((!last || l->compare(row, last) > 0) &&
		    (!next || l->compare(row, next) < 0))
			next = row;
	}
	WICI_REQUIRE(next);
	return next;
}

static void write_uint(struct wici_mp_writer *w, const char *name, uint64_t v)
{
	wici_mp_str(w, name);
	wici_mp_uint(w, v);
}

static void write_key(struct wici_mp_writer *w, const char *name,
		      const struct wici_key *key)
{
	wici_mp_str(w, name);
	wici_mp_bin(w, key->b, WICI_KEY_LEN);
}

static void write_id(struct wici_mp_writer *w, const char *name,
		     const struct wici_id *id)
{
	wici_mp_str(w, name);
	wici_mp_bin(w, id->b, WICI_ID_LEN);
}

static void write_array(struct wici_mp_writer *w, const char *name,
			size_t count, size_t max)
{
	WICI_REQUIRE(count <= max);
	wici_mp_str(w, name);
	wici_mp_array(w, (uint32_t)count);
}

static void write_cut(struct wici_mp_writer *w, const struct wici_head *cut)
{
	wici_mp_map(w, 3);
	write_key(w, "feed", &cut->feed);
	write_id(w, "id", &cut->id);
	write_uint(w, "seq", cut->seq);
}

void wici_op_found(struct wici_mp_writer *w, const struct wici_policy *p,
		   struct wici_bytes name, const struct wici_salt *salt)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "name");
	wici_mp_str_bytes(w, name);
	write_uint(w, "op", WICI_OP_FOUND);
	wici_mp_str(w, "policy");
	wici_policy_encode(w, p);
	wici_mp_str(w, "salt");
	wici_mp_bin(w, salt->b, WICI_SALT_LEN);
}

void wici_op_registrar(struct wici_mp_writer *w, const struct wici_head *at,
		       const struct wici_head *before, size_t before_count)
{
	wici_mp_map(w, before_count ? 5 : 4);
	if (before_count)
		write_array(w, "closed", before_count, WICI_CLOSED_MAX);
	for (size_t i = 0; i < before_count; i++)
		write_cut(w, &before[i]);
	write_key(w, "feed", &at->feed);
	write_id(w, "id", &at->id);
	write_uint(w, "op",
		   before_count ? WICI_OP_REGISTRARS : WICI_OP_REGISTRAR);
	write_uint(w, "seq", at->seq);
}

static void write_issuer(struct wici_mp_writer *w,
			 const struct wici_issuer *issuer)
{
	wici_mp_map(w, 7);
	write_array(w, "closed", issuer->closed_count, WICI_CLOSED_MAX);
	for (size_t i = 0; i < issuer->closed_count; i++)
		write_cut(w, &issuer->closed[i].cut);
	write_key(w, "feed", &issuer->at.feed);
	write_id(w, "id", &issuer->at.id);
	write_key(w, "identity", &issuer->identity);
	wici_mp_str(w, "scheme");
	wici_mp_str(w, issuer->scheme);
	write_uint(w, "seq", issuer->at.seq);
	write_key(w, "token_key", &issuer->token_key);
}

void wici_op_issuers(struct wici_mp_writer *w, const char *expires,
		     const struct wici_issuer *issuers, size_t count)
{
	struct list list = {issuers, count, sizeof(*issuers), compare_scheme};
	const struct wici_issuer *row = NULL;

	wici_mp_map(w, 3);
	wici_mp_str(w, "expires");
	wici_mp_str(w, expires);
	write_array(w, "issuers", count, WICI_ISSUERS_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		write_issuer(w, row);
	}
	write_uint(w, "op", WICI_OP_ISSUERS);
}

static void write_rows(struct wici_mp_writer *w,
		       const struct wici_feed_row *rows, size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_feed_row *row = NULL;

	write_array(w, "feeds", count, WICI_ROWS_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		wici_mp_map(w, 4);
		write_key(w, "feed", &row->at.feed);
		write_id(w, "id", &row->at.id);
		wici_mp_str(w, "open");
		wici_mp_bool(w, row->is_open);
		write_uint(w, "seq", row->at.seq);
	}
}

void wici_op_member(struct wici_mp_writer *w, enum wici_op op,
		    const struct wici_key *identity, const struct wici_key *key,
		    const struct wici_feed_row *rows, size_t count)
{
	WICI_REQUIRE((op == WICI_OP_SUSPEND) == !key);
	wici_mp_map(w, key ? 4 : 3);
	write_rows(w, rows, count);
	write_key(w, "identity", identity);
	if (key)
		write_key(w, "key", key);
	write_uint(w, "op", op);
}

void wici_op_feeds(struct wici_mp_writer *w, const struct wici_feed_row *rows,
		   size_t count)
{
	WICI_REQUIRE(count >= 1);
	wici_mp_map(w, 2);
	write_rows(w, rows, count);
	write_uint(w, "op", WICI_OP_FEEDS);
}

void wici_op_policy(struct wici_mp_writer *w, const struct wici_policy *p)
{
	wici_mp_map(w, 2);
	write_uint(w, "op", WICI_OP_POLICY);
	wici_mp_str(w, "policy");
	wici_policy_encode(w, p);
}

void wici_op_revoke(struct wici_mp_writer *w, const struct wici_revoked *rows,
		    size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_revoked *row = NULL;
	char day[WICI_DAY_LEN + 1];

	WICI_REQUIRE(count >= 1);
	wici_mp_map(w, 2);
	write_uint(w, "op", WICI_OP_REVOKE);
	write_array(w, "revocations", count, WICI_REVOKED_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		wici_day_format(day, row->effective);
		wici_mp_map(w, 2);
		wici_mp_str(w, "effective");
		wici_mp_str(w, day);
		write_id(w, "id", &row->certificate);
	}
}

void wici_op_lift(struct wici_mp_writer *w, const struct wici_id *rows,
		  size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_id *row = NULL;

	WICI_REQUIRE(count >= 1);
	wici_mp_map(w, 2);
	write_array(w, "certificates", count, WICI_REVOKED_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		wici_mp_bin(w, row->b, WICI_ID_LEN);
	}
	write_uint(w, "op", WICI_OP_LIFT);
}

void wici_op_witnesses(struct wici_mp_writer *w, uint64_t needed,
		       const struct wici_witness *rows, size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_witness *row = NULL;

	WICI_REQUIRE(needed <= count);
	wici_mp_map(w, 3);
	write_uint(w, "needed", needed);
	write_uint(w, "op", WICI_OP_WITNESSES);
	write_array(w, "witnesses", count, WICI_WITNESSES_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		wici_mp_map(w, 2);
		write_key(w, "feed", &row->feed);
		write_key(w, "identity", &row->identity);
	}
}

void wici_op_quotas(struct wici_mp_writer *w, const struct wici_quota *rows,
		    size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_quota *row = NULL;

	wici_mp_map(w, 2);
	write_array(w, "feeds", count, WICI_QUOTAS_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		wici_mp_map(w, 3);
		write_uint(w, "bytes", row->bytes);
		write_uint(w, "entries", row->entries);
		write_key(w, "feed", &row->feed);
	}
	write_uint(w, "op", WICI_OP_QUOTAS);
}

static void write_relay(struct wici_mp_writer *w,
			const struct wici_relay *relay)
{
	WICI_REQUIRE(relay->addresses_count >= 1);
	wici_mp_map(w, 2);
	write_array(w, "addresses", relay->addresses_count,
		    WICI_RELAY_ADDRESSES);
	for (size_t i = 0; i < relay->addresses_count; i++)
		wici_mp_str(w, relay->addresses[i]);
	write_key(w, "identity", &relay->identity);
}

void wici_op_relays(struct wici_mp_writer *w, const struct wici_relay *rows,
		    size_t count)
{
	struct list list = {rows, count, sizeof(*rows), compare_key};
	const struct wici_relay *row = NULL;

	wici_mp_map(w, 2);
	write_uint(w, "op", WICI_OP_RELAYS);
	write_array(w, "relays", count, WICI_RELAYS_MAX);
	for (size_t i = 0; i < count; i++) {
		row = next_row(&list, row);
		write_relay(w, row);
	}
}

void wici_op_stands(struct wici_mp_writer *w, const struct wici_id *chosen)
{
	wici_mp_map(w, 2);
	write_id(w, "id", chosen);
	write_uint(w, "op", WICI_OP_STANDS);
}
