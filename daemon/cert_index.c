/* daemon/cert_index.c — The highest index in use: as the book has it, and from
 * the grants themselves where it has none. */
#include "daemon/cert_index.h"

#include "daemon/store/book.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "daemon/view.h"
#include "proto/kinds/certificate.h"

#include <stdio.h>

static void index_name(char out[64], struct wici_bytes scheme)
{
	(void)snprintf(out, 64, "index.%.*s", (int)scheme.len,
		       (const char *)scheme.p);
}

/* The feeds that issue the scheme, or did. */
static size_t issuing_feeds(struct node *n, struct wici_bytes scheme,
			    int64_t *ns, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < n->roster.issuers_count; i++) {
		const struct wici_issuer *issuer = &n->roster.issuers[i];
		struct feed *feed = feeds_find(&n->feeds, &issuer->at.feed);

		if (!wici_bytes_is(scheme, issuer->scheme))
			continue;
		if (feed && count < max)
			ns[count++] = feed->row.n;
		for (size_t j = 0; j < issuer->closed_count; j++) {
			feed = feeds_find(&n->feeds,
					  &issuer->closed[j].cut.feed);
			if (feed && count < max)
				ns[count++] = feed->row.n;
		}
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
			    grant.index > *index)
				*index = grant.index;
		}
		if (count)
			filter.below = ns[count - 1];
	} while (!err && count);
	return err;
}

enum wici_err cert_index_next(struct node *n, struct wici_bytes scheme,
			      uint64_t *index)
{
	char name[64];
	int64_t kept = 0;
	enum wici_err err;

	index_name(name, scheme);
	err = book_get_int(n->store, name, &kept);
	*index = (uint64_t)kept;
	if (err == WICI_NOT_FOUND || (!err && kept <= 0))
		err = scan_index(n, scheme, index);
	if (!err && *index >= WICI_SEQ_MAX)
		return WICI_TOO_LARGE;
	(*index)++;
	return err;
}

enum wici_err cert_index_keep(struct node *n, struct wici_bytes scheme,
			      uint64_t index)
{
	char name[64];

	index_name(name, scheme);
	return book_set_int(n->store, name, (int64_t)index);
}
