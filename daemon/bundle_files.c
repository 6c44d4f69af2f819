/* daemon/bundle_files.c — Files in bundles: chunk by chunk, of what the entries
 * in the bundle name. PROTOCOL §7.8. */
#include "daemon/bundle_private.h"

#include "daemon/attachments.h"
#include "daemon/project.h"
#include "daemon/store/entry.h"

#define SLICES_MAX 20 /* Projected for a file whose record just came. */

/* ---- out ---- */

struct search {
	struct node *n;
	const struct bundle *b;
};

/* Is this entry, which names a file, in the bundle? */
static bool is_in(void *arg, const struct entry_row *row)
{
	const struct search *s = arg;
	const struct feed *feed = feeds_by_n(&s->n->feeds, row->feed_n);
	const struct bundle_part *part =
		feed ? bundle_part_of(s->n, s->b, &feed->row.key) : NULL;

	return part && row->entry.header.seq > part->after.seq &&
	       row->entry.header.seq <= part->head.seq;
}

/* The next file that is here whole. False: there are no more. */
static bool begin_next(struct node *n, struct bundle *b)
{
	const struct wici_id *above = b->file.size ? &b->file.root : NULL;
	struct search s = {n, b};
	struct attachment_view view;

	while (attachments_next(n, above, &view)) {
		b->file.root = view.root;
		b->file.size = view.size;
		b->file.next = 0;
		above = &b->file.root;
		if (view.is_whole &&
		    attachments_any(n, &view.root, view.size, is_in, &s))
			return true;
	}
	return false;
}

enum wici_err bundle_put_chunk(struct node *n, struct bundle *b,
			       struct bundle_piece *o)
{
	uint32_t count = wici_chunks_count(b->file.size);
	uint8_t *at = bundle_room(o);
	struct wici_bundle_chunk chunk;
	struct wici_message m;
	enum wici_err err;

	if (b->file.next >= count)
		return begin_next(n, b) ? WICI_OK : WICI_END;
	err = attachments_give(n, &b->file.root, b->file.size, b->file.next,
			       count - 1, &m);
	if (err == WICI_NOT_FOUND) { /* It goes, or the disk has spoilt it. */
		b->file.next = count;
		return WICI_OK;
	}
	if (err != WICI_OK)
		return err;
	b->file.next = m.chunk.i + 1;
	chunk = (struct wici_bundle_chunk){
		.size = b->file.size,
		.root = b->file.root,
		.i = m.chunk.i,
		.path_count = m.chunk.path.count,
		.path = (const struct wici_id *)m.chunk.path.p,
		.bytes = m.chunk.bytes};
	bundle_put(
		b, o, WICI_BUNDLE_CHUNK,
		(struct wici_bytes){at, wici_bundle_chunk_write(at, &chunk)});
	return WICI_OK;
}

/* ---- in ---- */

/* Who brings a file says that it is wanted, whatever its size; where no record
 * that counts names it, it is passed over. */
static enum wici_err begin(struct node *n, struct bundle *b)
{
	struct attachment_naming by;
	struct attachment_view view;
	enum wici_err err = WICI_OK;

	b->file.is_taken = false;
	for (int i = 0; i < SLICES_MAX && !err && !project_is_done(n); i++)
		err = project_slice(n, NODE_PROJECT_SLICE);
	if (err)
		return err;
	if (!project_is_done(n)) {
		bundle_reject(b, "later", NULL, 0, 1);
		return WICI_OK;
	}
	attachments_view(n, &b->file.root, b->file.size, &view);
	if (view.is_known && view.is_whole)
		return WICI_OK;
	err = attachments_naming(n, &b->file.root, b->file.size, &by);
	if (err == WICI_NOT_FOUND || err == WICI_MORE)
		return WICI_OK;
	if (!err)
		err = attachments_want(n, &b->file.root, b->file.size,
				       ATTACHMENT_ASKED);
	if (err == WICI_TOO_LARGE) {
		bundle_reject(b, "quota", NULL, 0, 1);
		return WICI_OK;
	}
	b->file.is_taken = err == WICI_OK;
	return err;
}

static enum wici_err take(struct node *n, struct bundle *b,
			  const struct wici_bundle_chunk *chunk)
{
	struct wici_message m = {.type = WICI_MSG_CHUNK};
	enum wici_err err;

	m.chunk.root = chunk->root;
	m.chunk.i = chunk->i;
	m.chunk.path = (struct wici_packed){(const uint8_t *)chunk->path,
					    (uint16_t)chunk->path_count};
	m.chunk.bytes = chunk->bytes;
	err = attachments_bring(n, &chunk->root, chunk->size, &m);
	if (err == WICI_OK)
		return WICI_OK;
	b->file.is_taken = false;
	if (err == WICI_END)
		b->counts.files++;
	else if (err == WICI_REJECT_CHUNK)
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
	else if (err != WICI_NOT_FOUND)
		return err;
	return WICI_OK;
}

enum wici_err bundle_take_chunk(struct node *n, struct bundle *b,
				struct wici_bytes bytes)
{
	struct wici_bundle_chunk chunk;
	enum wici_err err = wici_bundle_chunk_read(&chunk, bytes);

	if (err != WICI_OK) {
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
		return WICI_OK;
	}
	if (chunk.size != b->file.size ||
	    !wici_id_equal(&chunk.root, &b->file.root)) {
		b->file.root = chunk.root;
		b->file.size = chunk.size;
		err = begin(n, b);
	}
	return !err && b->file.is_taken ? take(n, b, &chunk) : err;
}
