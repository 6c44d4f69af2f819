/* daemon/attachments_look.c — fsck's look at all of them: each file is read and
 * compared with its tree, then each name in the folder is looked at.
 *
 * What is found spoilt is doubted, and then judged and fetched as anything else
 * that is not here. Looking itself changes nothing. */
#include "daemon/attachments_private.h"

#include "daemon/growing.h"

#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#define SLICE_CHUNKS 32u /* A MiB, … */
#define SLICE_FILES  64u /* … and so many files or names in a turn. */

static void end_one(struct attachments_look *l)
{
	if (l->seen) { /* Nothing of it is to be saved. */
		enum wici_err err = chunks_close(l->seen);

		(void)err;
	}
	l->seen = NULL;
	l->is_begun = l->is_live = false;
	l->of = (struct chunks_seen){.at = 0};
}

void attachments_look_end(struct node *n)
{
	struct attachments_look *l = n->attachments->look;

	if (!l)
		return;
	end_one(l);
	if (l->walk)
		chunks_walk_close(l->walk);
	free(l);
	n->attachments->look = NULL;
}

void attachment_look_past(struct node *n, const struct attachment *a)
{
	struct attachments_look *l = n->attachments->look;

	if (!l || l->at != a)
		return;
	end_one(l);
	l->at = a->next; /* NULL: the names are next. */
}

void attachments_looked(const struct node *n, struct attachments_looked *looked)
{
	const struct attachments_look *l = n->attachments->look;

	*looked = l ? l->so_far : (struct attachments_looked){.files = 0};
}

static struct attachments_look *look_of(struct node *n)
{
	struct attachments *s = n->attachments;

	if (s->look)
		return s->look;
	s->look = growing_alloc(sizeof(*s->look));
	memset(s->look, 0, sizeof(*s->look));
	s->look->at = s->list;
	return s->look;
}

/* ---- one file ---- */

/* Nothing names it, and it may not stay unnamed. */
static bool is_left(struct node *n, const struct attachment *a)
{
	struct attachment_naming by;

	return attachments_know_names(n) && !attachment_is_fresh(n, a) &&
	       attachments_naming(n, &a->key.root, a->key.size, &by) ==
		       WICI_NOT_FOUND;
}

/* WICI_MORE: it was left over. */
static enum wici_err drop_left(struct node *n, struct attachment *a,
			       struct attachments_found *found)
{
	struct attachments_look *l = n->attachments->look;

	found->flaw = ATTACHMENT_LEFT;
	found->root = a->key.root;
	found->size = a->key.size;
	found->bytes = a->is_whole ? a->key.size : 0;
	wici_hex(found->file_name, a->key.root.b, WICI_ID_LEN);
	found->is_gone = attachments_can_sweep(n);
	if (found->is_gone)
		attachment_drop(n, a); /* We are past it. */
	else
		l->at = a->next;
	return WICI_MORE;
}

/* A part that is open is looked at as it is open: its tree is not saved. */
static bool is_open_part(const struct attachment *a)
{
	return a->open && !a->is_whole && a->open->fd >= 0 &&
	       !a->open->is_named && chunks_is_judged(a->open);
}

static enum wici_err begin_one(struct node *n, struct attachments_look *l)
{
	struct attachment *a = l->at;

	l->is_begun = true;
	l->is_live = is_open_part(a);
	if (l->is_live)
		return WICI_OK;
	return chunks_open_seen(&l->seen, n->attachments->dir_fd, &a->key.root,
				a->key.size);
}

/* Was it closed meanwhile, or is it whole now? Then anew. */
static bool has_changed(const struct attachments_look *l)
{
	return l->is_live && !is_open_part(l->at);
}

static bool is_own(struct node *n, const struct attachment *a)
{
	const struct wici_key *own = node_identity(n);
	const struct feed *of;
	struct wici_key feed;

	if (!own || !attachments_author(n, &a->key.root, a->key.size, &feed))
		return false;
	of = feeds_find(&n->feeds, &feed);
	return of && wici_key_equal(own, &of->whose);
}

static void set_flaw(struct attachments_found *found, enum attachment_flaw flaw,
		     uint64_t bytes)
{
	found->flaw = flaw;
	found->bytes = bytes;
	found->chunks = bytes ? wici_chunks_count(bytes) : 0;
}

/* True: it has a flaw. */
static bool has_flaw(struct node *n, const struct attachments_look *l,
		     struct attachments_found *found)
{
	const struct attachment *a = l->at;
	uint64_t lacks = a->key.size - l->of.good_bytes;

	found->root = a->key.root;
	found->size = a->key.size;
	if (!l->is_live && l->seen->fd < 0) {
		set_flaw(found, ATTACHMENT_MISSING, a->key.size);
		return a->is_whole || a->is_spoilt || chunks_is_lost(l->seen) ||
		       is_own(n, a);
	}
	if (l->of.is_tree_bad)
		set_flaw(found, ATTACHMENT_TREE, 0);
	/* It was told of before, and has not come back. */
	if (a->is_spoilt)
		set_flaw(found, ATTACHMENT_DAMAGED, lacks);
	if (l->of.bad) {
		set_flaw(found, ATTACHMENT_DAMAGED, l->of.bad_bytes);
		found->chunks = l->of.bad;
	}
	return l->of.bad || a->is_spoilt || l->of.is_tree_bad;
}

/* What was told of before is being fetched: that is not to begin anew. */
static void mend(struct node *n, struct attachment *a, bool is_new)
{
	if (is_new) {
		attachment_doubt(n, a);
		return;
	}
	attachments_retry(n, &a->key.root, a->key.size);
	n->attachments->has_news = true;
}

static enum wici_err end_file(struct node *n, struct attachments_look *l,
			      struct attachments_found *found)
{
	struct attachment *a = l->at;
	bool has_bytes = l->is_live || l->seen->fd >= 0;
	bool is_new = !has_bytes || l->of.bad || l->of.is_tree_bad;
	bool is_bad = has_flaw(n, l, found);

	l->so_far.files += has_bytes;
	l->so_far.bytes += l->of.good_bytes;
	l->so_far.wanted += !is_bad && !a->is_whole;
	end_one(l);
	l->at = a->next;
	if (is_bad && !n->is_read_only)
		mend(n, a, is_new);
	return is_bad ? WICI_MORE : WICI_OK;
}

/* The bytes are another's, of the same address and another size: one of the two
 * sizes is a lie, which never gets a chunk. */
static bool is_lie(const struct node *n, const struct attachments_look *l)
{
	return l->seen && l->seen->is_named && !l->seen->is_whole &&
	       !l->at->is_whole && attachment_has_twin(n, l->at);
}

static enum wici_err unreadable(struct attachments_look *l,
				struct attachments_found *found)
{
	found->flaw = ATTACHMENT_UNREADABLE;
	found->root = l->at->key.root;
	found->size = found->bytes = l->at->key.size;
	found->chunks = wici_chunks_count(l->at->key.size);
	l->so_far.files++;
	end_one(l);
	l->at = l->at->next;
	return WICI_MORE;
}

static enum wici_err look_at_file(struct node *n, struct attachments_look *l,
				  struct attachments_found *found,
				  uint32_t *chunks)
{
	struct attachment *a = l->at;
	struct chunks *c;

	if (has_changed(l))
		end_one(l);
	if (!l->is_begun && is_left(n, a))
		return drop_left(n, a, found);
	if (!l->is_begun && begin_one(n, l))
		return unreadable(l, found);
	if (l->of.at == 0 && is_lie(n, l)) {
		l->so_far.wanted++;
		end_one(l);
		l->at = a->next;
		return WICI_OK;
	}
	c = l->is_live ? a->open : l->seen;
	*chunks -= chunks_look(c, *chunks, &l->of);
	return l->of.at < c->count ? WICI_OK : end_file(n, l, found);
}

/* ---- one name ---- */

static bool is_being_added(const struct attachments *s, uint64_t number)
{
	const struct attachments_adding *of = s->adding;

	while (of && of->chunks->number != number)
		of = of->next;
	return of != NULL;
}

/* Of what is kept? A size that is a lie makes another one of the same files. */
static bool is_kept(const struct node *n, const struct chunks_name *name)
{
	const struct attachment *a;

	if (attachment_find(n, &name->root, name->size))
		return true;
	DL_FOREACH(n->attachments->list, a)
	{
		if (wici_id_equal(&a->key.root, &name->root))
			return true;
	}
	return false;
}

static void remove_name(struct node *n, const struct chunks_name *name,
			struct attachments_found *found)
{
	found->flaw = ATTACHMENT_LEFT;
	found->is_gone = attachments_can_sweep(n) &&
			 unlinkat(n->attachments->dir_fd, name->name, 0) == 0;
}

/* Nothing is known of it, but a record names it: what of it is good stays. */
static enum wici_err want_named(struct node *n, const struct chunks_name *name,
				const struct wici_file *file,
				struct attachments_found *found)
{
	enum wici_err err = WICI_OK;

	found->flaw = ATTACHMENT_MISSING;
	found->size = found->bytes = file->size;
	found->chunks = wici_chunks_count(file->size);
	if (n->is_read_only)
		return WICI_MORE;
	/* Else nothing can be noted of it. */
	if (name->is_tree)
		(void)unlinkat(n->attachments->dir_fd, name->name, 0);
	err = attachments_want(n, &found->root, found->size, ATTACHMENT_ASKED);
	return err == WICI_IO ? err : WICI_MORE;
}

static enum wici_err look_at_name(struct node *n,
				  const struct chunks_name *name,
				  struct attachments_found *found)
{
	struct attachment_naming by;
	enum wici_err err;

	memcpy(found->file_name, name->name, sizeof(found->file_name));
	found->bytes = name->bytes;
	if (name->number) {
		if (is_being_added(n->attachments, name->number))
			return WICI_OK;
		remove_name(n, name, found);
		return WICI_MORE;
	}
	if (!name->is_address) {
		found->flaw = ATTACHMENT_FOREIGN;
		return WICI_MORE;
	}
	if (is_kept(n, name))
		return WICI_OK;
	found->root = name->root;
	err = attachments_naming(n, &name->root, 0, &by);
	if (err == WICI_OK)
		return want_named(n, name, &by.file, found);
	if (err != WICI_NOT_FOUND || !attachments_know_names(n))
		return err == WICI_NOT_FOUND || err == WICI_MORE ? WICI_OK
								 : err;
	remove_name(n, name, found);
	return WICI_MORE;
}

static enum wici_err look_at_names(struct node *n, struct attachments_look *l,
				   struct attachments_found *found)
{
	int dir_fd = n->attachments->dir_fd;
	struct chunks_name name;
	enum wici_err err = WICI_OK;

	if (dir_fd < 0)
		return WICI_END;
	/* Where not even the names can be read, each file was missing. */
	if (!l->walk && chunks_walk_open(&l->walk, dir_fd))
		return WICI_END;
	for (unsigned i = 0; i < SLICE_FILES && !err; i++) {
		err = chunks_walk_next(l->walk, &name);
		if (!err)
			err = look_at_name(n, &name, found);
	}
	return err;
}

enum wici_err attachments_look(struct node *n, struct attachments_found *found)
{
	struct attachments_look *l = look_of(n);
	uint32_t chunks = SLICE_CHUNKS;
	enum wici_err err = WICI_OK;

	memset(found, 0, sizeof(*found));
	if (!l->at)
		return look_at_names(n, l, found);
	for (unsigned i = 0; i < SLICE_FILES && l->at && chunks && !err; i++)
		err = look_at_file(n, l, found, &chunks);
	return err;
}

bool attachments_is_due_here(const struct node *n, const struct wici_file *file,
			     bool is_own)
{
	return !attachment_find(n, &file->root, file->size) &&
	       (is_own || file->size <= attachments_eager(n)) &&
	       attachment_has_room(n, file->size, attachments_quota(n));
}
