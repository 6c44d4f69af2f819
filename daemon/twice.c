/* daemon/twice.c — Is this grant there already? A number is looked up; grants
 * without one are told apart by all they say. */
#include "daemon/twice.h"

#include "daemon/body.h"
#include "daemon/certificates.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/certificate.h"

#include <sodium.h>
#include <stdlib.h>
#include <uthash.h>

#define OLD_MAX ((size_t)50000) /* Grants without a number looked at. */
#define STEP    ((size_t)256)

struct twice_key {
	struct wici_id hash;
	UT_hash_handle hh;
};

/* A hash, for memory alone: of the number in its scheme, or of the payload
 * without its index. */
static struct wici_id key_of(struct wici_bytes payload)
{
	struct wici_bytes number = find_line(payload, "number");
	struct wici_bytes scheme = find_line(payload, "scheme");
	struct growing rest;
	struct wici_id id;

	growing_init(&rest, GROWING_LEN_MAX);
	if (number.len) {
		wici_mp_str_bytes(&rest.w, scheme);
		wici_mp_str_bytes(&rest.w, number);
	} else {
		body_without(payload, "index", &rest.w);
	}
	(void)crypto_generichash(id.b, WICI_ID_LEN, rest.w.buf, rest.w.len,
				 NULL, 0);
	growing_clear(&rest);
	return id;
}

static bool is_in(const struct twice *t, const struct wici_id *key)
{
	struct twice_key *k;

	HASH_FIND(hh, t->keys, key, sizeof(*key), k);
	return k != NULL;
}

static void put(struct twice *t, const struct wici_id *key)
{
	struct twice_key *k;

	if (is_in(t, key))
		return;
	k = growing_alloc(sizeof(*k));
	k->hash = *key;
	HASH_ADD(hh, t->keys, hash, sizeof(k->hash), k);
}

void twice_clear(struct twice *t)
{
	struct twice_key *k, *next;

	HASH_ITER(hh, t->keys, k, next)
	{
		HASH_DEL(t->keys, k);
		free(k);
	}
	*t = (struct twice){.keys = NULL};
}

static bool has_field(struct wici_bytes payload, const char *field)
{
	struct wici_bytes raw;

	return wici_mp_find(WICI_MP_CANONICAL, payload, field, &raw) == WICI_OK;
}

/* It says itself that there is one before it. */
static bool has_before(struct wici_bytes payload)
{
	return has_field(payload, "previous") ||
	       has_field(payload, "supersedes");
}

/* Does the grant count in the scheme, and has not been corrected: by what is to
 * be published (is_correction), or before? */
static enum wici_err is_other(struct node *n, int64_t entry,
			      struct wici_bytes payload, struct wici_id *id,
			      bool *is)
{
	bool is_correction = has_field(payload, "supersedes");
	struct wici_bytes raw = {NULL, 0};
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	*is = false;
	if (err || !row.entry.has_payload ||
	    !wici_bytes_equal(find_line(row.entry.payload, "scheme"),
			      find_line(payload, "scheme")) ||
	    view_standing(n, &row) != WICI_COUNTS)
		return err;
	*id = row.id;
	/* The raw value ends with the id's bytes. */
	if (is_correction &&
	    !wici_mp_find(WICI_MP_CANONICAL, payload, "supersedes", &raw) &&
	    raw.len > WICI_ID_LEN &&
	    memcmp(raw.p + raw.len - WICI_ID_LEN, id->b, WICI_ID_LEN) == 0)
		return WICI_OK;
	*is = !is_correction || !view_is_superseded(n, &row);
	return WICI_OK;
}

enum wici_err twice_find(struct node *n, struct wici_bytes payload,
			 struct wici_id *other)
{
	struct refs_asked q = {.number = find_line(payload, "number")};
	int64_t *ns = NULL;
	size_t count = 0;
	bool is = false;
	enum wici_err err;

	if (!q.number.len || has_field(payload, "previous"))
		return WICI_NOT_FOUND;
	/* All of them: anybody may write grants of this number. */
	err = refs_ask(n, &q, &ns, &count);
	for (size_t i = 0; !err && !is && i < count; i++)
		err = is_other(n, ns[i], payload, other, &is);
	free(ns);
	return err || is ? err : WICI_NOT_FOUND;
}

/* The key of one grant that is there, if it counts and has no number. */
static enum wici_err take_old(struct node *n, struct twice *t, int64_t entry)
{
	struct entry_row row;
	struct wici_id key;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err || view_standing(n, &row) != WICI_COUNTS ||
	    find_line(row.entry.payload, "number").len)
		return err;
	key = key_of(row.entry.payload);
	put(t, &key);
	return WICI_OK;
}

/* Those of the own feeds: nobody else reads in a register of this scheme. */
static enum wici_err take_all_old(struct node *n, struct twice *t)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_CERTIFICATE_GRANT,
		.kind_last = WICI_KIND_CERTIFICATE_GRANT,
	};
	int64_t *feeds;
	int64_t ns[STEP];
	size_t count = STEP;
	enum wici_err err = WICI_OK;

	feeds = find_feeds(n, node_identity(n), &filter.feeds_count);
	filter.feeds = feeds;
	for (size_t seen = 0; feeds && !err && count == STEP && seen < OLD_MAX;
	     seen += count) {
		err = record_list(n->store, &filter, ns, STEP, &count);
		for (size_t i = 0; !err && i < count; i++)
			err = take_old(n, t, ns[i]);
		if (count)
			filter.below = ns[count - 1];
	}
	free(feeds);
	t->has_old = true;
	return err;
}

static enum wici_err refuse(struct fault *fault, struct wici_bytes payload,
			    const char *expected)
{
	struct wici_bytes raw = {NULL, 0};
	bool has_number =
		!wici_mp_find(WICI_MP_CANONICAL, payload, "number", &raw);

	return fault_set(fault, WICI_BAD_FIELD, has_number ? "number" : NULL,
			 expected,
			 has_number ? raw : (struct wici_bytes){NULL, 0});
}

enum wici_err twice_check(struct node *n, struct twice *t,
			  struct wici_bytes payload, struct fault *fault)
{
	bool has_number = find_line(payload, "number").len > 0;
	struct wici_id key;
	struct wici_id other;
	enum wici_err err = WICI_OK;

	if (has_before(payload))
		return WICI_OK;
	if (!has_number && !t->has_old)
		err = take_all_old(n, t);
	if (!err && has_number) {
		err = twice_find(n, payload, &other);
		if (!err)
			return refuse(fault, payload, "unused");
		err = err == WICI_NOT_FOUND ? WICI_OK : err;
	}
	if (err)
		return err;
	key = key_of(payload);
	if (is_in(t, &key))
		return refuse(fault, payload, has_number ? "unique" : "new");
	put(t, &key);
	return WICI_OK;
}
