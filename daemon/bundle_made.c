/* daemon/bundle_made.c — Record behind record, each hashed as it is put. */
#include "daemon/bundle_made.h"

#include "proto/require.h"

#include <stdlib.h>

#define HEAD_LEN  ((size_t)5)  /* Of a record. */
#define END_LEN   ((size_t)37) /* The last one. */
#define ABOUT_MAX ((size_t)512)

static void put_raw(struct bundle_made *b, const uint8_t *p, size_t len)
{
	wici_mp_raw(&b->bytes.w, (struct wici_bytes){p, len});
}

void bundle_made_put(struct bundle_made *b, enum wici_bundle_type type,
		     struct wici_bytes bytes)
{
	uint8_t head[HEAD_LEN];

	wici_bundle_record(&b->w, head, type, bytes);
	put_raw(b, head, sizeof(head));
	put_raw(b, bytes.p, bytes.len);
}

void bundle_made_begin(struct bundle_made *b, const struct node *n)
{
	struct wici_bundle_about about = {
		.created_ms = n->now.wall_ms > 0 ? (uint64_t)n->now.wall_ms : 0,
		.name = wici_bytes_str(n->roster.name)};
	uint8_t head[WICI_BUNDLE_HEAD_LEN];
	uint8_t buf[ABOUT_MAX];
	struct wici_mp_writer mp;
	struct wici_bytes bytes;
	enum wici_err err;

	memset(b, 0, sizeof(*b));
	growing_init(&b->bytes, BUNDLE_MADE_MAX);
	wici_bundle_begin(&b->w, head, &n->network);
	put_raw(b, head, sizeof(head));
	wici_mp_writer_init(&mp, buf, sizeof(buf));
	wici_bundle_about_write(&mp, &about);
	err = wici_mp_written(&mp, &bytes);
	WICI_REQUIRE(err == WICI_OK);
	bundle_made_put(b, WICI_BUNDLE_ABOUT, bytes);
}

static bool is_rival(const struct node *n, const struct wici_root_row *row)
{
	const struct wici_roster *r = &n->roster;

	return row->is_approved && row->version == r->version + 1 &&
	       wici_id_equal(&row->prev, &r->id);
}

/* From the newest one back: rows ascend by version. */
void bundle_made_put_changes(struct bundle_made *b, const struct node *n)
{
	const struct wici_root_row **rows =
		growing_alloc((n->changes_count + 1) * sizeof(*rows));
	uint64_t version = n->roster.version;
	struct wici_id id = n->roster.id;
	size_t at = n->changes_count;

	for (size_t i = n->changes_count; i-- > 0;) {
		const struct wici_root_row *row = &n->changes[i];

		if (!is_rival(n, row)) {
			if (row->version != version || !row->is_approved ||
			    !wici_id_equal(&row->id, &id))
				continue;
			id = row->prev;
			version--;
		}
		rows[--at] = row;
	}
	for (; at < n->changes_count; at++) {
		bundle_made_put(b, WICI_BUNDLE_STATEMENT, rows[at]->bytes);
		b->changes++;
	}
	free(rows);
}

enum wici_err bundle_made_end(struct bundle_made *b, struct wici_bytes *bytes)
{
	uint8_t end[END_LEN];

	wici_bundle_end(&b->w, end);
	put_raw(b, end, sizeof(end));
	if (b->bytes.w.overflow)
		return WICI_TOO_LARGE;
	*bytes = growing_bytes(&b->bytes);
	return WICI_OK;
}

void bundle_made_clear(struct bundle_made *b)
{
	growing_clear(&b->bytes);
}
