/* daemon/method_roster_export.c — roster.export: the root's changes in a
 * bundle, so that whoever knows the network id can tell its issuers offline.
 *
 * PROTOCOL §7.5: "A file of changes is a bundle (§7.1) without runs: the
 * changes in force and, at a root fork, the rivals." */
#include "daemon/method_private.h"
#include "daemon/method_propose.h"
#include "proto/bundle.h"
#include "proto/require.h"

#include <stdlib.h>

#define HEAD_LEN  ((size_t)5)  /* Of a record. */
#define END_LEN   ((size_t)37) /* The last one. */
#define ABOUT_MAX ((size_t)512)
#define FILE_MAX  ((size_t)1 << 20) /* What clients read. */

/* Changes that go into the file, by version. */
struct chosen {
	const struct wici_root_row **rows;
	size_t count;
	size_t bytes;
};

static bool is_rival(const struct node *n, const struct wici_root_row *row)
{
	const struct wici_roster *r = &n->roster;

	return row->is_approved && row->version == r->version + 1 &&
	       wici_id_equal(&row->prev, &r->id);
}

/* From the newest one back: rows ascend by version. */
static void choose(const struct node *n, struct chosen *chosen)
{
	uint64_t version = n->roster.version;
	struct wici_id id = n->roster.id;
	size_t at = n->changes_count;

	chosen->rows =
		growing_alloc((n->changes_count + 1) * sizeof(*chosen->rows));
	for (size_t i = n->changes_count; i-- > 0;) {
		const struct wici_root_row *row = &n->changes[i];

		if (!is_rival(n, row)) {
			if (row->version != version || !row->is_approved ||
			    !wici_id_equal(&row->id, &id))
				continue;
			id = row->prev;
			version--;
		}
		chosen->rows[--at] = row;
		chosen->bytes += HEAD_LEN + row->bytes.len;
	}
	chosen->count = n->changes_count - at;
	memmove(chosen->rows, chosen->rows + at,
		chosen->count * sizeof(*chosen->rows));
}

static uint8_t *put(struct wici_bundle_writer *w, uint8_t *p,
		    enum wici_bundle_type type, struct wici_bytes bytes)
{
	wici_bundle_record(w, p, type, bytes);
	memcpy(p + HEAD_LEN, bytes.p, bytes.len);
	return p + HEAD_LEN + bytes.len;
}

static uint8_t *put_about(const struct node *n, struct wici_bundle_writer *w,
			  uint8_t *p)
{
	struct wici_bundle_about about = {
		.created_ms = n->now.wall_ms > 0 ? (uint64_t)n->now.wall_ms : 0,
		.name = wici_bytes_str(n->roster.name)};
	uint8_t buf[ABOUT_MAX];
	struct wici_mp_writer mp;
	struct wici_bytes bytes;
	enum wici_err err;

	wici_mp_writer_init(&mp, buf, sizeof(buf));
	wici_bundle_about_write(&mp, &about);
	err = wici_mp_written(&mp, &bytes);
	WICI_REQUIRE(err == WICI_OK);
	return put(w, p, WICI_BUNDLE_ABOUT, bytes);
}

static void write_file(struct wici_mp_writer *mp, const struct node *n,
		       const struct chosen *chosen)
{
	uint8_t *file = growing_alloc(WICI_BUNDLE_HEAD_LEN + HEAD_LEN +
				      ABOUT_MAX + chosen->bytes + END_LEN);
	uint8_t *p = file + WICI_BUNDLE_HEAD_LEN;
	struct wici_bundle_writer w;

	wici_bundle_begin(&w, file, &n->network);
	p = put_about(n, &w, p);
	for (size_t i = 0; i < chosen->count; i++)
		p = put(&w, p, WICI_BUNDLE_STATEMENT, chosen->rows[i]->bytes);
	wici_bundle_end(&w, p);
	wici_mp_str(mp, "bytes");
	wici_mp_bin(mp, file, (size_t)(p + END_LEN - file));
	free(file);
}

static enum wici_err roster_export(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	struct chosen chosen = {.rows = NULL};
	enum wici_err err = method_needs_roster(call);

	if (err)
		return err;
	choose(n, &chosen);
	if (chosen.bytes + ABOUT_MAX > FILE_MAX) {
		free(chosen.rows);
		return WICI_TOO_LARGE;
	}
	wici_mp_map(w, 7);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, n->roster.name);
	wici_mp_str(w, "version");
	wici_mp_uint(w, n->roster.version);
	wici_mp_str(w, "id");
	wici_mp_hex(w, n->roster.id.b, WICI_ID_LEN);
	wici_mp_str(w, "expires");
	view_day(w, n->roster.has_expires, n->roster.expires.last);
	wici_mp_str(w, "changes");
	wici_mp_uint(w, chosen.count);
	write_file(w, n, &chosen);
	free(chosen.rows);
	return WICI_OK;
}

const struct method methods_roster_export[] = {
	{.name = "roster.export", .function = roster_export},
	{.name = NULL},
};
