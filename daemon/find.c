/* daemon/find.c — Names and prefixes, looked up.
 *
 * The roster is in memory; what institutions call themselves stands in profiles,
 * which are read when no member has the name. */
#include "daemon/find.h"

#include "daemon/plain.h"
#include "daemon/store/ident.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/kinds/institution.h"

#include <stdlib.h>

#define FIND_PAGE         ((size_t)64)
#define FIND_PROFILES_MAX 50000 /* Read for one short name at most. */
#define FIND_CANDIDATES   ((size_t)8)

/* Who was found so far, each once. */
struct found {
	struct wici_key keys[FIND_CANDIDATES];
	size_t count;
};

static void add(struct found *found, const struct wici_key *key)
{
	for (size_t i = 0; i < found->count; i++)
		if (wici_key_equal(&found->keys[i], key))
			return;
	if (found->count < FIND_CANDIDATES)
		found->keys[found->count++] = *key;
}

bool find_is_hex(struct wici_bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
		      (c >= 'A' && c <= 'F')))
			return false;
	}
	return text.len > 0;
}

const char *find_name(const struct node *n, const struct wici_key *identity)
{
	const struct wici_member *m;

	if (!n->has_network)
		return NULL;
	m = wici_roster_member(&n->roster, identity);
	return m ? m->name : NULL;
}

struct wici_bytes find_line(struct wici_bytes payload, const char *field)
{
	struct wici_bytes raw;
	struct wici_mp_reader r;
	struct wici_mp v;

	if (wici_mp_find(WICI_MP_CANONICAL, payload, field, &raw))
		return (struct wici_bytes){NULL, 0};
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (wici_mp_expect(&r, WICI_MP_STR, &v))
		return (struct wici_bytes){NULL, 0};
	return v.bytes;
}

static int compare_newest(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

int64_t *find_feeds(const struct node *n, const struct wici_key *identity,
		    size_t *count)
{
	int64_t *ns = NULL;
	size_t found = 0;

	for (size_t i = 0; i < n->feeds.count; i++)
		found += wici_key_equal(&n->feeds.by_key[i]->whose, identity);
	*count = 0;
	if (!found)
		return NULL;
	ns = growing_alloc(found * sizeof(*ns));
	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *f = n->feeds.by_key[i];

		if (wici_key_equal(&f->whose, identity))
			ns[(*count)++] = f->row.n;
	}
	qsort(ns, *count, sizeof(*ns), compare_newest);
	return ns;
}

enum wici_err find_profile(struct node *n, const struct wici_key *identity,
			   struct entry_row *row)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_INSTITUTION_PROFILE,
		.kind_last = WICI_KIND_INSTITUTION_PROFILE,
	};
	int64_t *feeds = find_feeds(n, identity, &filter.feeds_count);
	enum wici_err err = WICI_NOT_FOUND;
	int64_t ns[8];
	size_t count = 0;

	filter.feeds = feeds;
	if (feeds)
		err = record_list(n->store, &filter, ns, 8, &count);
	if (feeds && !err)
		err = WICI_NOT_FOUND;
	for (size_t i = 0; i < count && err == WICI_NOT_FOUND; i++) {
		err = entry_get(n->store, ns[i], row);
		if (!err && view_standing(n, row) != WICI_COUNTS)
			err = WICI_NOT_FOUND;
	}
	free(feeds);
	return err;
}

/* Who calls itself so; the first of them that anybody is in decides. */
struct called {
	struct found by_short_name, by_name, by_old_name;
};

static bool is_alias(struct wici_bytes payload, const char *folded)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (wici_mp_find(WICI_MP_CANONICAL, payload, "aliases", &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	while (!wici_mp_is_end(&r) && wici_mp_next(&r, &v) == WICI_OK)
		if (v.type == WICI_MP_STR && plain_is_same(v.bytes, folded))
			return true;
	return false;
}

/* Of a profile with this name: is it its author's newest? */
static enum wici_err take_profile(struct node *n, int64_t entry,
				  const char *folded, struct called *called)
{
	struct entry_row row;
	struct entry_row newest;
	struct feed *feed;
	bool is_short;
	enum wici_err err = entry_get(n->store, entry, &row);

	if (err)
		return err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (!feed || !find_name(n, &feed->whose) ||
	    view_standing(n, &row) != WICI_COUNTS)
		return WICI_OK;
	is_short = plain_is_same(find_line(row.entry.payload, "short_name"),
				 folded);
	if (!is_short &&
	    !plain_is_same(find_line(row.entry.payload, "name"), folded) &&
	    !is_alias(row.entry.payload, folded))
		return WICI_OK;
	err = find_profile(n, &feed->whose, &newest);
	if (!err)
		add(newest.n != entry ? &called->by_old_name
		    : is_short        ? &called->by_short_name
				      : &called->by_name,
		    &feed->whose);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static enum wici_err find_by_profile(struct node *n, const char *folded,
				     struct called *called)
{
	struct record_filter filter = {
		.kind_first = WICI_KIND_INSTITUTION_PROFILE,
		.kind_last = WICI_KIND_INSTITUTION_PROFILE,
	};
	int64_t ns[FIND_PAGE];
	size_t count = FIND_PAGE;
	enum wici_err err = WICI_OK;

	for (size_t seen = 0; count == FIND_PAGE && seen < FIND_PROFILES_MAX;
	     seen += count) {
		err = record_list(n->store, &filter, ns, FIND_PAGE, &count);
		for (size_t i = 0; !err && i < count; i++)
			err = take_profile(n, ns[i], folded, called);
		if (err || !count)
			break;
		filter.below = ns[count - 1];
	}
	return err;
}

static const struct found *best(const struct called *called, enum find_by by)
{
	if (by == FIND_BY_NAME || called->by_short_name.count)
		return &called->by_short_name;
	return called->by_name.count ? &called->by_name : &called->by_old_name;
}

static void find_by_name(struct node *n, const char *folded,
			 struct found *found)
{
	for (size_t i = 0; i < n->roster.members_count; i++) {
		const struct wici_member *m = &n->roster.space.members[i];

		if (plain_is_same(wici_bytes_str(m->name), folded))
			add(found, &m->identity);
	}
}

static enum wici_err choose(struct node *n, const struct found *found,
			    struct wici_key *identity, struct fault *fault)
{
	if (found->count == 0)
		return WICI_NOT_FOUND;
	*identity = found->keys[0];
	if (found->count == 1)
		return WICI_OK;
	for (size_t i = 0; i < found->count; i++) {
		struct wici_mp_writer *w = fault_item(fault);
		const char *name = find_name(n, &found->keys[i]);

		if (!w)
			break;
		wici_mp_map(w, 2);
		wici_mp_str(w, "identity");
		wici_mp_hex(w, found->keys[i].b, WICI_KEY_LEN);
		wici_mp_str(w, "name");
		wici_mp_str(w, name ? name : "");
	}
	return WICI_AMBIGUOUS;
}

enum wici_err find_institution(struct node *n, struct wici_bytes text,
			       enum find_by by, struct wici_key *identity,
			       struct fault *fault)
{
	struct called called = {.by_name = {.count = 0}};
	struct found found = {.count = 0};
	enum wici_err err = WICI_OK;
	char *folded = NULL;
	size_t len = 0;

	if (!n->has_network || text.len == 0 || text.len > 2000)
		return WICI_NOT_FOUND;
	if (text.len == WICI_HEX_LEN && find_is_hex(text)) {
		if (wici_unhex(identity->b, WICI_KEY_LEN, text))
			return WICI_NOT_FOUND;
		*identity = *node_whose(n, identity);
		return find_name(n, identity) ? WICI_OK : WICI_NOT_FOUND;
	}
	if (plain_folded(text, &folded, &len) || len == 0) {
		free(folded);
		return WICI_NOT_FOUND;
	}
	find_by_name(n, folded, &found);
	if (found.count == 0)
		err = find_by_profile(n, folded, &called);
	free(folded);
	if (err)
		return err;
	return choose(n, found.count ? &found : best(&called, by), identity,
		      fault);
}

enum wici_err find_entry(struct node *n, const struct wici_id *id,
			 int64_t *entry)
{
	size_t count = 0;
	enum wici_err err = ident_by_prefix(n->store, id->b, WICI_ID_LEN, -1,
					    entry, 1, &count);

	if (!err && count == 0)
		return WICI_NOT_FOUND;
	return err;
}

static enum wici_err name_candidates(struct node *n, const int64_t *ns,
				     size_t count, struct fault *fault)
{
	for (size_t i = 0; i < count; i++) {
		struct entry_row row;
		enum wici_err err = entry_get(n->store, ns[i], &row);
		struct wici_mp_writer *w = err ? NULL : fault_item(fault);

		if (err)
			return err;
		if (w)
			wici_mp_hex(w, row.id.b, WICI_ID_LEN);
	}
	return WICI_AMBIGUOUS;
}

enum wici_err find_record(struct node *n, struct wici_bytes text,
			  int64_t *entry, struct fault *fault)
{
	uint8_t prefix[WICI_ID_LEN];
	int64_t ns[FIND_CANDIDATES];
	size_t count = 0;
	uint8_t half[1];
	enum wici_err err;

	if (text.len < FIND_PREFIX_MIN || text.len > WICI_HEX_LEN ||
	    !find_is_hex(text))
		return WICI_BAD_FIELD;
	err = wici_unhex(prefix, text.len / 2,
			 (struct wici_bytes){text.p, text.len & ~(size_t)1});
	if (!err && (text.len & 1)) {
		char pair[2] = {'0', (char)text.p[text.len - 1]};

		err = wici_unhex(half, 1,
				 (struct wici_bytes){(uint8_t *)pair, 2});
	}
	if (err)
		return WICI_BAD_FIELD;
	err = ident_by_prefix(n->store, prefix, text.len / 2,
			      text.len & 1 ? half[0] : -1, ns, FIND_CANDIDATES,
			      &count);
	if (err)
		return err;
	if (count == 0)
		return WICI_NOT_FOUND;
	*entry = ns[0];
	return count == 1 ? WICI_OK : name_candidates(n, ns, count, fault);
}
