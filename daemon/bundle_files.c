/* daemon/bundle_files.c — Files in bundles: chunk by chunk, of what the entries
 * in the bundle name. PROTOCOL §7.8. */
#include "daemon/bundle_private.h"

#include "daemon/project.h"
#include "daemon/store/entry.h"

#define SLICES_MAX 20 /* Projected for a file whose record just came. */
#define LOOKS_MAX  64 /* At files that may not be named, in a turn. */

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

/* The next file that is here whole, or is being hashed and may be. WICI_AGAIN: it
 * is looked for in the next turn. */
static enum wici_err begin_next(struct node *n, struct bundle *b)
{
	struct search s = {n, b};
	struct attachment_view view;

	for (int i = 0; i < LOOKS_MAX && b->files_at < b->files_count; i++) {
		b->file = b->files[b->files_at++];
		b->chunk = 0;
		attachments_view(n, &b->file.root, b->file.size, &view);
		if ((view.is_whole || view.is_judging) &&
		    attachments_any(n, &view.root, view.size, is_in, &s))
			return WICI_OK;
	}
	b->file.size = 0;
	return b->files_at < b->files_count ? WICI_AGAIN : WICI_END;
}

/* It is not whole in the bundle: the disk has spoilt it, nobody may read it, or it
 * went meanwhile. */
static void leave_rest(struct bundle *b)
{
	bundle_reject(b, "damaged", NULL, 0, 1);
	b->file.size = 0;
}

enum wici_err bundle_put_chunk(struct node *n, struct bundle *b,
			       struct bundle_piece *o)
{
	uint32_t count = wici_chunks_count(b->file.size);
	uint8_t *at = bundle_room(o);
	struct wici_bundle_chunk chunk;
	struct wici_message m;
	enum wici_err err;

	if (b->chunk >= count)
		return begin_next(n, b);
	err = attachments_give(n, &b->file.root, b->file.size, b->chunk,
			       b->chunk, &m);
	if (err == WICI_NOT_FOUND || err == WICI_NOT_PERMITTED) {
		leave_rest(b);
		return WICI_OK;
	}
	if (err != WICI_OK)
		return err;
	chunk = (struct wici_bundle_chunk){
		.size = b->file.size,
		.root = b->file.root,
		.i = b->chunk++,
		.path_count = m.chunk.path.count,
		.path = (const struct wici_id *)m.chunk.path.p,
		.bytes = m.chunk.bytes};
	bundle_put(
		b, o, WICI_BUNDLE_CHUNK,
		(struct wici_bytes){at, wici_bundle_chunk_write(at, &chunk)});
	return WICI_OK;
}

/* ---- in ---- */

/* What may name it has not been read yet, or is damaged. */
static enum wici_err put_off(struct bundle *b)
{
	bundle_reject(b, "later", NULL, 0, 1);
	return WICI_OK;
}

/* Who brings a file says that it is wanted, whatever its size; where no record
 * that counts names it, it is passed over. */
static enum wici_err begin(struct node *n, struct bundle *b)
{
	struct attachment_naming by;
	struct attachment_view view;
	enum wici_err err = WICI_OK;

	b->is_taken = false;
	for (int i = 0; i < SLICES_MAX && !err && !project_is_done(n); i++)
		err = project_slice(n, NODE_PROJECT_SLICE);
	if (err)
		return err;
	attachments_view(n, &b->file.root, b->file.size, &view);
	if (view.is_known && view.is_whole)
		return WICI_OK;
	err = attachments_naming(n, &b->file.root, b->file.size, &by);
	if (err == WICI_NOT_FOUND && attachments_know_names(n))
		return WICI_OK;
	if (err == WICI_NOT_FOUND || err == WICI_MORE)
		return put_off(b);
	if (!err)
		err = attachments_want(n, &b->file.root, b->file.size,
				       ATTACHMENT_ASKED);
	if (err == WICI_TOO_LARGE) {
		bundle_reject(b, "quota", NULL, 0, 1);
		return WICI_OK;
	}
	b->is_taken = err == WICI_OK;
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
	b->is_taken = false;
	if (err == WICI_END) {
		b->counts.files++;
		b->files_now++;
	} else if (err == WICI_REJECT_CHUNK)
		bundle_reject(b, wici_err_code(err), NULL, 0, 1);
	else if (err == WICI_NOT_PERMITTED)
		bundle_reject(b, "unreadable", NULL, 0, 1);
	else if (err != WICI_NOT_FOUND)
		return err;
	return WICI_OK;
}

/* PROTOCOL §7.8: "Files ascend by address and size" So each is begun once. */
static enum wici_err enter(struct node *n, struct bundle *b,
			   const struct attachment_key *file)
{
	int order = attachment_key_compare(file, &b->file);

	if (order == 0 && b->file.size)
		return WICI_OK;
	if (order < 0 && b->file.size) {
		b->is_taken = false;
		bundle_reject(b, wici_err_code(WICI_REJECT_BUNDLE), NULL, 0, 1);
		return WICI_OK;
	}
	b->file = *file;
	return begin(n, b);
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
	err = enter(n, b, &(struct attachment_key){chunk.root, chunk.size});
	return !err && b->is_taken ? take(n, b, &chunk) : err;
}
