/* daemon/fetch_chunks.c — Attachments shared out among the links. */
#include "daemon/fetch_chunks.h"

#include "daemon/attachments.h"
#include "daemon/link_private.h"

static struct fetch_file *file_of(struct hub *h, const struct wici_id *root,
				  uint64_t link)
{
	struct fetch_chunks *f = &h->chunks;

	for (size_t i = 0; i < f->count; i++)
		if (wici_id_equal(&f->files[i].root, root) &&
		    f->files[i].link == link)
			return &f->files[i];
	return NULL;
}

static bool is_taken_up(const struct fetch_chunks *f,
			const struct wici_id *root, uint64_t size)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->files[i].size == size &&
		    wici_id_equal(&f->files[i].root, root))
			return true;
	return false;
}

static void take_up(struct hub *h)
{
	struct fetch_chunks *f = &h->chunks;
	struct wici_id root;
	uint64_t at = 0;
	uint64_t size;

	while (f->count < FETCH_FILES_MAX &&
	       attachments_due(h->node, &at, &root, &size)) {
		if (is_taken_up(f, &root, size))
			continue;
		f->files[f->count++] =
			(struct fetch_file){.root = root, .size = size};
	}
}

static void drop(struct fetch_chunks *f, struct fetch_file *file)
{
	*file = f->files[--f->count];
}

static void try_no_more(struct fetch_file *file)
{
	if (file->tried_count < FETCH_TRIED_MAX)
		file->tried[file->tried_count++] = file->link;
	file->link = 0;
}

static bool is_tried(const struct fetch_file *file, uint64_t link)
{
	for (size_t i = 0; i < file->tried_count; i++)
		if (file->tried[i] == link)
			return true;
	return file->tried_count == FETCH_TRIED_MAX;
}

/* The author's own link, else the first that was not tried. *is_busy: one that
 * may be asked later. */
static struct link *choose(struct hub *h, const struct fetch_file *file,
			   bool *is_busy)
{
	struct wici_key author;
	bool has_author =
		attachments_author(h->node, &file->root, file->size, &author);
	struct link *chosen = NULL;

	*is_busy = false;
	for (struct link *l = h->links; l; l = l->next) {
		if (!link_may_ask_chunks(l) || l->is_chunk_stalled ||
		    is_tried(file, l->n))
			continue;
		if (!link_has_room_for_chunks(l)) {
			*is_busy = true;
			continue;
		}
		if (has_author &&
		    wici_key_equal(&l->session.peer_feed, &author))
			return l;
		if (!chosen)
			chosen = l;
	}
	return chosen;
}

/* False: it is not to be asked for any longer. */
static bool ask(struct hub *h, struct fetch_file *file)
{
	struct attachment_view view;
	struct link *l;
	uint32_t from, to;
	bool is_busy;

	attachments_view(h->node, &file->root, file->size, &view);
	if (view.why == ATTACHMENT_UNWANTED)
		return false;
	l = choose(h, file, &is_busy);
	if (!l && !is_busy && file->tried_count) {
		attachments_put_off(h->node, &file->root, file->size);
		return false;
	}
	/* While it is being hashed it is not known what it lacks. */
	if (!l ||
	    !attachments_lacks(h->node, &file->root, file->size, &from, &to))
		return true;
	file->link = l->n;
	file->asked_ms = h->node->now.mono_ms;
	link_ask_chunks(l, &file->root, file->size, from, to);
	return true;
}

void fetch_chunks_plan(struct hub *h)
{
	struct fetch_chunks *f = &h->chunks;

	f->is_due = false;
	take_up(h);
	for (size_t i = f->count; i > 0; i--)
		if (!f->files[i - 1].link && !ask(h, &f->files[i - 1]))
			drop(f, &f->files[i - 1]);
}

void fetch_chunks_ended(struct hub *h, const struct link *l,
			const struct wici_id *root)
{
	struct fetch_file *file = file_of(h, root, l->n);

	if (file)
		try_no_more(file);
	h->chunks.is_due = true;
}

void fetch_chunks_whole(struct hub *h, const struct link *l,
			const struct wici_id *root, uint64_t size)
{
	struct fetch_file *file = file_of(h, root, 0);
	struct attachment_view view;

	attachments_view(h->node, root, size, &view);
	if (view.why == ATTACHMENT_UNWANTED)
		return;
	attachments_retry(h->node, root, size);
	for (size_t i = 0; file && i < file->tried_count; i++)
		if (file->tried[i] == l->n)
			file->tried[i] = file->tried[--file->tried_count];
	h->chunks.is_due = true;
}

void fetch_chunks_met(struct hub *h)
{
	attachments_retry(h->node, NULL, 0);
	h->chunks.is_due = true;
}

void fetch_chunks_forget(struct hub *h, uint64_t link)
{
	struct fetch_chunks *f = &h->chunks;

	for (size_t i = 0; i < f->count; i++)
		if (f->files[i].link == link)
			f->files[i].link = 0;
	f->is_due = true;
}

/* A link sends one file after the other: while it brings anything, the rest
 * has to wait. */
void fetch_chunks_tick(struct hub *h)
{
	uint64_t now_ms = h->node->now.mono_ms;
	struct fetch_chunks *f = &h->chunks;

	for (size_t i = 0; i < f->count; i++) {
		struct fetch_file *file = &f->files[i];
		struct link *l = hub_link(h, file->link);

		if (!l || now_ms - file->asked_ms < FETCH_CHUNK_MS ||
		    now_ms - l->chunk_ms < FETCH_CHUNK_MS)
			continue;
		l->is_chunk_stalled = true;
		try_no_more(file);
	}
	fetch_chunks_plan(h);
}
