/* daemon/fsck_files.c — Attachments: what was found of them (attachments_look.c
 * finds it), by what record they are named, and what became of them. */
#include "daemon/fsck_private.h"

#include "daemon/growing.h"
#include "daemon/view.h"
#include "proto/kinds.h"
#include "proto/require.h"

#include <stdlib.h>

/* clang-format off */
static const char *const flaws[] = {
	[ATTACHMENT_DAMAGED] = "damaged",
	[ATTACHMENT_MISSING] = "missing",
	[ATTACHMENT_TREE] = "tree",
	[ATTACHMENT_UNREADABLE] = "unreadable",
	[ATTACHMENT_LEFT] = "left",
	[ATTACHMENT_FOREIGN] = "foreign",
};
/* clang-format on */

/* Something that nobody needs is no damage. */
static bool is_bad(const struct fsck_file *file)
{
	return file->found.flaw != ATTACHMENT_LEFT &&
	       file->found.flaw != ATTACHMENT_FOREIGN;
}

/* ---- found ---- */

/* NULL: there are too many. */
static struct fsck_file *add(struct fsck *f)
{
	struct fsck_file *file;

	if (f->files_count == FSCK_FILES_MAX) {
		f->files_more++;
		return NULL;
	}
	if (!f->files)
		f->files = growing_alloc(FSCK_FILES_MAX * sizeof(*f->files));
	file = &f->files[f->files_count++];
	memset(file, 0, sizeof(*file));
	return file;
}

static struct fsck_file *find(const struct fsck *f, const struct wici_id *root,
			      uint64_t size)
{
	for (size_t i = 0; i < f->files_count; i++)
		if (f->files[i].found.size == size && is_bad(&f->files[i]) &&
		    wici_id_equal(&f->files[i].found.root, root))
			return &f->files[i];
	return NULL;
}

void fsck_files_note(struct node *n, struct fsck *f, const struct feed *feed,
		     const struct entry_row *row)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	const struct wici_key *own = node_identity(n);
	bool is_own = own && wici_key_equal(own, &feed->whose);
	struct wici_problem problem;
	struct wici_file file;
	struct fsck_file *noted;

	/* What is void is held all the same. */
	if (!kind || !row->entry.has_payload ||
	    wici_kind_check(kind, row->entry.payload, &problem) != WICI_OK)
		return;
	for (size_t i = 0; wici_kind_file(kind, row->entry.payload, i, &file);
	     i++) {
		if (f->files_count == FSCK_FILES_MAX / 2)
			return; /* There may be worse. */
		if (!attachments_is_due_here(n, &file, is_own) ||
		    find(f, &file.root, file.size))
			continue;
		noted = add(f);
		noted->is_noted = true;
		noted->is_own = is_own;
		noted->found.flaw = ATTACHMENT_MISSING;
		noted->found.root = file.root;
		noted->found.size = noted->found.bytes = file.size;
		noted->found.chunks = wici_chunks_count(file.size);
	}
}

/* Which record names it, and how. */
static bool name_it(struct node *n, struct fsck_file *file)
{
	struct attachment_naming by;

	if (attachments_naming(n, &file->found.root, file->found.size, &by))
		return false;
	file->entry = by.n;
	memcpy(file->name, by.file.name.p, by.file.name.len);
	file->name[by.file.name.len] = '\0';
	return true;
}

/* Of those noted, one: a record that counts names it, and it is not here. */
static bool is_missing(struct node *n, struct fsck *f, struct fsck_file *file)
{
	struct wici_file want = {.root = file->found.root,
				 .size = file->found.size};
	struct attachment_view view;

	if (!name_it(n, file))
		return false;
	attachments_view(n, &want.root, want.size, &view);
	if (view.is_whole)
		return false;
	f->looked.wanted -= view.is_known && f->looked.wanted > 0;
	if (view.is_known || n->is_read_only)
		return true;
	/* Where there is no room for it, it is not to be here. */
	if (attachments_named(n, &want, file->is_own))
		return false;
	attachments_view(n, &want.root, want.size, &view);
	return view.is_known;
}

/* One in a turn: it may read as many entries as name it. */
static enum wici_err look_at_noted(struct node *n, struct fsck *f)
{
	struct fsck_file *file = &f->files[f->files_noted];

	if (f->files_noted == f->files_count)
		return WICI_END;
	if (!file->is_noted || is_missing(n, f, file)) {
		file->is_noted = false;
		f->files_noted++;
	} else {
		*file = f->files[--f->files_count];
	}
	return WICI_OK;
}

/* What the walk has found is not noted a second time. */
static void take(struct node *n, struct fsck *f,
		 const struct attachments_found *found)
{
	struct fsck_file *file = NULL;

	if (found->flaw != ATTACHMENT_LEFT && found->flaw != ATTACHMENT_FOREIGN)
		file = find(f, &found->root, found->size);
	if (!file)
		file = add(f);
	if (!file)
		return;
	file->found = *found;
	file->is_noted = false;
	if (is_bad(file))
		(void)name_it(n, file);
}

enum wici_err fsck_files_walk(struct node *n, struct fsck *f)
{
	struct attachments_found found;
	enum wici_err err;

	if (f->has_looked)
		return look_at_noted(n, f);
	err = attachments_look(n, &found);
	attachments_looked(n, &f->looked);
	if (err == WICI_MORE)
		take(n, f, &found);
	f->has_looked = err == WICI_END;
	return err == WICI_END || err == WICI_MORE ? WICI_OK : err;
}

/* ---- what became of it ---- */

static bool is_whole(const struct node *n, const struct fsck_file *file)
{
	struct attachment_view view;

	if (n->is_read_only || file->found.flaw == ATTACHMENT_UNREADABLE)
		return false;
	attachments_view(n, &file->found.root, file->found.size, &view);
	return view.is_whole;
}

/* Told of, and no more than that. */
static bool is_kept(const struct node *n, const struct fsck_file *file)
{
	return n->is_read_only || file->found.flaw == ATTACHMENT_UNREADABLE;
}

bool fsck_files_are_settled(const struct node *n, const struct fsck *f)
{
	struct attachment_view view;

	for (size_t i = 0; i < f->files_count; i++) {
		const struct fsck_file *file = &f->files[i];

		if (!is_bad(file) || is_kept(n, file))
			continue;
		attachments_view(n, &file->found.root, file->found.size, &view);
		if (file->entry && !view.is_whole && !view.is_nowhere &&
		    view.is_known)
			return false;
	}
	return true;
}

bool fsck_files_have_grown(const struct node *n, struct fsck *f)
{
	struct attachment_view view;
	uint64_t held = 0;
	bool has_grown;

	for (size_t i = 0; i < f->files_count; i++) {
		if (!is_bad(&f->files[i]))
			continue;
		attachments_view(n, &f->files[i].found.root,
				 f->files[i].found.size, &view);
		held += view.held;
	}
	has_grown = held > f->files_held;
	f->files_held = held;
	return has_grown;
}

static const char *state_of(const struct node *n, const struct fsck_file *file)
{
	struct attachment_view view;

	if (is_kept(n, file))
		return "kept";
	attachments_view(n, &file->found.root, file->found.size, &view);
	if (view.is_whole)
		return "whole";
	if (!view.is_known)
		return "gone";
	if (!file->entry)
		return "unnamed";
	return view.is_nowhere ? "nowhere" : "wanted";
}

/* ---- written ---- */

static void write_bad(struct node *n, const struct fsck_file *file,
		      struct wici_mp_writer *w)
{
	wici_mp_map(w, 10);
	wici_mp_str(w, "root");
	wici_mp_hex(w, file->found.root.b, WICI_ID_LEN);
	wici_mp_str(w, "size");
	wici_mp_uint(w, file->found.size);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(file->name));
	wici_mp_str(w, "what");
	wici_mp_str(w, flaws[file->found.flaw]);
	wici_mp_str(w, "chunks");
	wici_mp_uint(w, file->found.chunks);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, file->found.bytes);
	wici_mp_str(w, "healed");
	wici_mp_bool(w, is_whole(n, file));
	wici_mp_str(w, "state");
	wici_mp_str(w, state_of(n, file));
	view_named_by(w, n, file->entry);
}

/* The name is anybody's: told where it is a line. */
static void write_left(const struct fsck_file *file, struct wici_mp_writer *w)
{
	struct wici_bytes name = wici_bytes_str(file->found.file_name);

	if (!wici_file_name_is_plain(name))
		name.len = 0;
	wici_mp_map(w, 4);
	wici_mp_str(w, "file");
	view_line(w, name);
	wici_mp_str(w, "what");
	wici_mp_str(w, flaws[file->found.flaw]);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, file->found.bytes);
	wici_mp_str(w, "removed");
	wici_mp_bool(w, file->found.is_gone);
}

static uint32_t count(const struct fsck *f, bool bad)
{
	uint32_t count = 0;

	for (size_t i = 0; i < f->files_count; i++)
		count += is_bad(&f->files[i]) == bad;
	return count;
}

static uint64_t count_whole(const struct node *n, const struct fsck *f)
{
	uint64_t whole = 0;

	for (size_t i = 0; i < f->files_count; i++)
		whole += is_bad(&f->files[i]) && is_whole(n, &f->files[i]);
	return whole;
}

void fsck_files_write(struct node *n, const struct fsck *f,
		      struct wici_mp_writer *w)
{
	wici_mp_str(w, "attachments");
	wici_mp_map(w, 7);
	wici_mp_str(w, "files");
	wici_mp_uint(w, f->looked.files);
	wici_mp_str(w, "bytes");
	wici_mp_uint(w, f->looked.bytes);
	wici_mp_str(w, "wanted");
	wici_mp_uint(w, f->looked.wanted);
	wici_mp_str(w, "bad");
	wici_mp_array(w, count(f, true));
	for (size_t i = 0; i < f->files_count; i++)
		if (is_bad(&f->files[i]))
			write_bad(n, &f->files[i], w);
	wici_mp_str(w, "healed");
	wici_mp_uint(w, count_whole(n, f));
	wici_mp_str(w, "left");
	wici_mp_array(w, count(f, false));
	for (size_t i = 0; i < f->files_count; i++)
		if (!is_bad(&f->files[i]))
			write_left(&f->files[i], w);
	wici_mp_str(w, "more");
	wici_mp_uint(w, f->files_more);
}
