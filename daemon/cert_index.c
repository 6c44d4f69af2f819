/* daemon/cert_index.c — The highest index in use: as the book has it, and from
 * the grants themselves where it has none. And who used one first. */
#include "daemon/cert_index.h"

#include "daemon/project.h"
#include "daemon/store/book.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/certificate.h"
#include "proto/kinds/beacon.h"

#include <stdio.h>

/* The last that a beacon has a place for: no node gives out another. */
#define INDEX_LAST (4 * (uint64_t)WICI_BEACON_STATES_MAX - 1)

static void index_name(char out[64], struct wici_bytes scheme)
{
	(void)snprintf(out, 64, "index.%.*s", (int)scheme.len,
		       (const char *)scheme.p);
}

/* The feeds that issue the scheme, or did. */
static size_t issuing_feeds(struct node *n, struct wici_bytes scheme,
			    int64_t *ns, size_t max)
{
	struct wici_head last;
	size_t count = 0;

	for (size_t i = 0; count < max && !wici_certificate_place(
						  &n->roster, scheme, i, &last);
	     i++) {
		struct feed *feed = feeds_find(&n->feeds, &last.feed);

		if (feed)
			ns[count++] = feed->row.n;
	}
	return count;
}

/* The highest index in use, from the grants themselves. */
static enum wici_err scan_index(struct node *n, struct wici_bytes scheme,
				uint64_t *index)
{
	int64_t feeds[WICI_CLOSED_MAX + 1];
	struct record_filter filter = {
		.kind_first = WICI_KIND_CERTIFICATE_GRANT,
		.kind_last = WICI_KIND_CERTIFICATE_GRANT,
		.feeds = feeds,
		.feeds_count =
			issuing_feeds(n, scheme, feeds, WICI_CLOSED_MAX + 1),
	};
	int64_t ns[64];
	size_t count = 0;
	enum wici_err err = WICI_OK;

	*index = 0;
	if (!filter.feeds_count)
		return WICI_OK;
	do {
		err = record_list(n->store, &filter, ns, 64, &count);
		for (size_t i = 0; !err && i < count; i++) {
			struct wici_grant_body grant;
			struct entry_row row;

			err = entry_get(n->store, ns[i], &row);
			if (err || view_standing(n, &row) != WICI_COUNTS)
				continue;
			wici_kind_read(&wici_kind_certificate_grant,
				       row.entry.payload, &grant);
			if (wici_bytes_equal(grant.scheme, scheme) &&
			    grant.index > *index && grant.index <= INDEX_LAST)
				*index = grant.index;
		}
		if (count)
			filter.below = ns[count - 1];
	} while (!err && count);
	return err;
}

/* Where a place of the scheme first uses the index of this grant; 0: nowhere.
 * That a record has this reference means that it fits its kind and that its
 * signature is good: the rest of its standing is its place. */
static enum wici_err first_use(struct node *n, const struct wici_head *last,
			       struct wici_bytes payload, uint64_t *seq)
{
	const struct feed *feed = feeds_find(&n->feeds, &last->feed);
	struct record_row record;
	struct wici_id to;
	int64_t first;
	size_t count = 0;
	enum wici_err err = project_unique(&wici_kind_certificate_grant,
					   &last->feed, payload, &to);

	*seq = 0;
	if (!err && feed && feed->counts && feed->is_reached)
		err = record_referring(n->store, &to, WICI_UNIQUE, &first, 1,
				       &count);
	if (err || !count)
		return err;
	err = record_get(n->store, first, &record);
	if (!err && record.seq <= last->seq && record.seq <= feed->limit.seq)
		*seq = record.seq;
	return err;
}

/* Is it in use already? The book knows nothing of what other feeds of the
 * scheme, or other software of ours, gave out. */
static enum wici_err look_up(struct node *n, struct wici_bytes scheme,
			     uint64_t index, bool *is_taken)
{
	uint8_t buf[WICI_SCHEME_LEN_MAX + 32];
	struct wici_bytes grant;
	struct wici_mp_writer w;
	struct wici_head last;
	enum wici_err err;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, index);
	wici_mp_str(&w, "scheme");
	wici_mp_str_bytes(&w, scheme);
	err = wici_mp_written(&w, &grant);
	*is_taken = false;
	for (size_t i = 0; !err && !*is_taken; i++) {
		uint64_t seq = 0;

		if (wici_certificate_place(&n->roster, scheme, i, &last))
			break;
		err = first_use(n, &last, grant, &seq);
		*is_taken = seq > 0;
	}
	return err;
}

enum wici_err cert_index_next(struct node *n, struct wici_bytes scheme,
			      uint64_t *index)
{
	char name[64];
	int64_t kept = 0;
	bool is_taken = true, is_again = false;
	enum wici_err err;

	index_name(name, scheme);
	err = book_get_int(n->store, name, &kept);
	*index = (uint64_t)kept;
	if (err == WICI_NOT_FOUND || (!err && kept <= 0))
		err = scan_index(n, scheme, index);
	while (!err && is_taken) {
		if (*index >= INDEX_LAST && is_again)
			return WICI_TOO_LARGE;
		if (*index >= INDEX_LAST) { /* There are gaps below. */
			is_again = true;
			*index = 0;
		}
		(*index)++;
		err = look_up(n, scheme, *index, &is_taken);
	}
	return err;
}

enum wici_err cert_index_keep(struct node *n, struct wici_bytes scheme,
			      uint64_t index)
{
	char name[64];

	index_name(name, scheme);
	return book_set_int(n->store, name, (int64_t)index);
}

/* PROTOCOL §5.4: "a grant whose index was used by an earlier grant of the scheme
 * that counts is void" — within a feed the first decides, since what counts of
 * a feed is all that stands up to some seq. */
bool cert_index_is_used(struct node *n, const struct entry_row *row)
{
	struct wici_bytes payload = row->entry.payload;
	uint64_t seq = row->entry.header.seq;
	struct wici_grant_body grant;
	struct wici_head last;

	wici_kind_read(&wici_kind_certificate_grant, payload, &grant);
	for (size_t i = 0;
	     !wici_certificate_place(&n->roster, grant.scheme, i, &last); i++) {
		const struct feed *feed = feeds_find(&n->feeds, &last.feed);
		uint64_t first = 0;

		if (first_use(n, &last, payload, &first)) {
			(void)node_fail(n, WICI_STORE);
			return true; /* Rather withheld than wrong. */
		}
		if (feed && feed->row.n == row->feed_n && seq <= last.seq)
			return first && first < seq;
		if (first)
			return true;
	}
	return false;
}
