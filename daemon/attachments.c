/* daemon/attachments.c — The set of attachments: what is here, what is wanted,
 * what is open, and the room that they take. */
#include "daemon/attachments_private.h"

#include "daemon/growing.h"
#include "proto/require.h"

#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#define IDLE_MS 10000u /* Then an open one is closed. */

static const char unreadable[] =
	"the attachments could not be read or written: see the disk";

enum wici_err attachment_err(struct node *n, enum wici_err err)
{
	if (err == WICI_IO)
		node_stop(n, unreadable);
	return err;
}

/* ---- the set ---- */

struct attachment *attachment_find(const struct node *n,
				   const struct wici_id *root, uint64_t size)
{
	struct attachment_key key;
	struct attachment *a;

	memset(&key, 0, sizeof(key));
	key.root = *root;
	key.size = size;
	HASH_FIND(hh, n->attachments->all, &key, sizeof(key), a);
	return a;
}

struct attachment *attachment_put(struct node *n, const struct wici_id *root,
				  uint64_t size)
{
	struct attachments *s = n->attachments;
	struct attachment *a = attachment_find(n, root, size);

	if (a)
		return a;
	a = growing_alloc(sizeof(*a));
	memset(a, 0, sizeof(*a));
	a->key.root = *root;
	a->key.size = size;
	a->n = ++s->last_n;
	HASH_ADD(hh, s->all, key, sizeof(a->key), a);
	DL_APPEND(s->list, a);
	return a;
}

/* Does it take room: here, or promised to be? */
static bool takes_room(const struct attachment *a)
{
	return a->is_whole || a->has_part || a->why != ATTACHMENT_UNWANTED;
}

/* A file of a byte takes a name, and more, of every disk and memory. */
static uint64_t room_of(uint64_t size)
{
	return size > ATTACHMENTS_ROOM_MIN ? size : ATTACHMENTS_ROOM_MIN;
}

void attachment_take_room(struct node *n, uint64_t size)
{
	n->attachments->bytes += size;
	n->attachments->room += room_of(size);
}

void attachment_give_room(struct node *n, uint64_t size)
{
	n->attachments->bytes -= size;
	n->attachments->room -= room_of(size);
}

bool attachment_has_room(const struct node *n, uint64_t size, uint64_t max)
{
	uint64_t room = n->attachments->room;

	return room <= max && room_of(size) <= max - room;
}

static void count(struct node *n, const struct attachment *a, bool did)
{
	bool does = takes_room(a);

	if (does && !did)
		attachment_take_room(n, a->key.size);
	if (did && !does)
		attachment_give_room(n, a->key.size);
}

void attachment_set_why(struct node *n, struct attachment *a,
			enum attachment_why why)
{
	struct attachments *s = n->attachments;
	bool did = takes_room(a);
	bool was = a->why != ATTACHMENT_UNWANTED;

	a->why = why;
	if (!was && why != ATTACHMENT_UNWANTED)
		DL_APPEND2(s->wanted, a, wanted_prev, wanted_next);
	if (was && why == ATTACHMENT_UNWANTED)
		DL_DELETE2(s->wanted, a, wanted_prev, wanted_next);
	count(n, a, did);
}

void attachment_set_whole(struct node *n, struct attachment *a, bool is_whole)
{
	bool did = takes_room(a);

	a->is_whole = is_whole;
	a->has_part |= !is_whole;
	count(n, a, did);
}

static void on_row(void *arg, const struct chunks_row *row)
{
	struct node *n = arg;
	struct attachment *a = attachment_put(n, &row->root, row->size);

	a->added_ms = row->added_ms;
	a->has_part = row->has_part;
	a->is_whole = row->is_whole;
	count(n, a, false);
	/* What is here in part, or not at all, was wanted. */
	if (!a->is_whole)
		attachment_set_why(n, a,
				   row->size <= attachments_eager(n)
					   ? ATTACHMENT_EAGER
					   : ATTACHMENT_ASKED);
}

enum wici_err attachments_open(struct node *n)
{
	struct attachments *s = growing_alloc(sizeof(*s));
	enum wici_err err;

	memset(s, 0, sizeof(*s));
	s->dir_fd = -1;
	n->attachments = s;
	err = chunks_dir_open(n->dir_fd, false, &s->dir_fd);
	if (err || s->dir_fd < 0)
		return err;
	return chunks_each(s->dir_fd, on_row, n);
}

enum wici_err attachments_make_dir(struct node *n)
{
	struct attachments *s = n->attachments;

	if (s->dir_fd >= 0)
		return WICI_OK;
	return chunks_dir_open(n->dir_fd, true, &s->dir_fd);
}

void attachments_close(struct node *n)
{
	struct attachments *s = n->attachments;
	struct attachment *a, *tmp;

	if (!s)
		return;
	attachments_look_end(n);
	while (s->adding)
		attachments_forget(n, s->adding->client);
	HASH_ITER(hh, s->all, a, tmp)
	{
		HASH_DEL(s->all, a);
		if (a->open) {
			/* What is lost of it is fetched again. */
			enum wici_err saved = chunks_close(a->open);

			(void)saved;
		}
		free(a);
	}
	if (s->dir_fd >= 0)
		(void)close(s->dir_fd);
	free(s);
	n->attachments = NULL;
}

/* ---- open ones ---- */

void attachment_close(struct node *n, struct attachment *a)
{
	struct attachments *s = n->attachments;
	size_t i = 0;

	if (!a->open)
		return;
	while (s->opened[i] != a)
		i++;
	s->opened[i] = s->opened[--s->opened_count];
	a->held = a->open->held;
	(void)attachment_err(n, chunks_close(a->open));
	a->open = NULL;
}

/* The one that was used the longest ago makes room. */
static void close_oldest(struct node *n)
{
	struct attachments *s = n->attachments;
	struct attachment *oldest = s->opened[0];

	for (size_t i = 1; i < s->opened_count; i++)
		if (s->opened[i]->used_ms < oldest->used_ms)
			oldest = s->opened[i];
	attachment_close(n, oldest);
}

enum wici_err attachment_open(struct node *n, struct attachment *a)
{
	struct attachments *s = n->attachments;
	enum wici_err err;

	a->used_ms = n->now.mono_ms;
	if (a->open)
		return WICI_OK;
	if (s->opened_count == ATTACHMENTS_OPEN_MAX)
		close_oldest(n);
	err = chunks_open(&a->open, s->dir_fd, &a->key.root, a->key.size);
	if (err)
		return attachment_err(n, err);
	s->opened[s->opened_count++] = a;
	return WICI_OK;
}

/* Another of the same address, with another size, may have the files. */
bool attachment_has_twin(const struct node *n, const struct attachment *of)
{
	const struct attachment *a;

	DL_FOREACH(n->attachments->list, a)
	{
		if (a != of && wici_id_equal(&a->key.root, &of->key.root))
			return true;
	}
	return false;
}

void attachment_drop(struct node *n, struct attachment *a)
{
	struct attachments *s = n->attachments;
	bool did;

	attachment_look_past(n, a);
	attachment_close(n, a);
	attachment_set_why(n, a, ATTACHMENT_UNWANTED);
	did = takes_room(a);
	if (!attachment_has_twin(n, a) || a->is_whole || a->has_part)
		(void)attachment_err(n, chunks_drop(s->dir_fd, &a->key.root));
	if (did)
		attachment_give_room(n, a->key.size);
	if (s->sweep == a)
		s->sweep = a->next;
	HASH_DEL(s->all, a);
	DL_DELETE(s->list, a);
	free(a);
}

/* ---- wanted ---- */

uint64_t attachments_eager(const struct node *n)
{
	return n->config.attachments_eager ? n->config.attachments_eager
					   : ATTACHMENTS_EAGER;
}

uint64_t attachments_quota(const struct node *n)
{
	return n->config.attachments_quota ? n->config.attachments_quota
					   : ATTACHMENTS_QUOTA;
}

uint64_t attachments_bytes(const struct node *n)
{
	return n->attachments->bytes;
}

enum wici_err attachments_want(struct node *n, const struct wici_id *root,
			       uint64_t size, enum attachment_why why)
{
	struct attachments *s = n->attachments;
	struct attachment *a = attachment_find(n, root, size);
	uint64_t quota = attachments_quota(n);
	enum wici_err err;

	if (a && (a->is_whole || a->why >= why))
		return WICI_OK;
	if (n->is_read_only)
		return WICI_FULL;
	if (why == ATTACHMENT_FOR_PEER)
		quota /= 2;
	if (!(a && takes_room(a)) && !attachment_has_room(n, size, quota))
		return WICI_TOO_LARGE;
	a = attachment_put(n, root, size);
	if (a->why == ATTACHMENT_UNWANTED) {
		err = attachments_make_dir(n);
		if (!err)
			err = chunks_want(s->dir_fd, root, size);
		if (err)
			return attachment_err(n, err);
	}
	attachment_set_why(n, a, why);
	a->again_ms = 0;
	s->has_news = true;
	return WICI_OK;
}

enum wici_err attachments_named(struct node *n, const struct wici_file *file,
				bool is_own)
{
	struct attachments *s = n->attachments;
	struct attachment *a = attachment_find(n, &file->root, file->size);
	enum wici_err err = WICI_OK;

	if (a && a->added_ms) {
		a->added_ms = 0;
		if (a->open)
			a->open->added_ms = 0;
		err = chunks_mark(s->dir_fd, &file->root, file->size, 0);
	} else if (!a && (is_own || file->size <= attachments_eager(n))) {
		err = attachments_want(n, &file->root, file->size,
				       ATTACHMENT_EAGER);
	}
	/* Where there is no room it is not fetched unasked. */
	if (err == WICI_TOO_LARGE || err == WICI_FULL)
		err = WICI_OK;
	return attachment_err(n, err);
}

/* ---- seen ---- */

static uint64_t held_bytes(const struct attachment *a, bool is_whole)
{
	uint64_t held = a->open ? a->open->held : a->held;
	uint64_t bytes = held * WICI_CHUNK_LEN_MAX;

	if (is_whole)
		return a->key.size;
	return bytes < a->key.size ? bytes : a->key.size;
}

/* What is called whole and has to be hashed may turn out not to be. */
static void see(const struct attachment *a, struct attachment_view *view)
{
	bool is_judging = a->open && !chunks_is_judged(a->open);
	bool is_whole = a->is_whole && !is_judging;

	*view = (struct attachment_view){
		.root = a->key.root,
		.size = a->key.size,
		.held = held_bytes(a, is_whole),
		.why = a->is_whole ? ATTACHMENT_UNWANTED : a->why,
		.is_whole = is_whole,
		.is_judging = is_judging,
		.is_known = true,
		.is_nowhere = a->failures > 0,
		.added_ms = a->added_ms,
	};
}

void attachments_view(const struct node *n, const struct wici_id *root,
		      uint64_t size, struct attachment_view *view)
{
	const struct attachment *a = attachment_find(n, root, size);

	*view = (struct attachment_view){.root = *root, .size = size};
	if (a)
		see(a, view);
}

int attachment_key_compare(const void *a, const void *b)
{
	const struct attachment_key *x = a, *y = b;
	int order = memcmp(x->root.b, y->root.b, sizeof(x->root.b));

	return order ? order : (x->size > y->size) - (x->size < y->size);
}

bool attachments_next(const struct node *n, const struct attachment_view *above,
		      struct attachment_view *view)
{
	const struct attachment *a, *least = NULL;
	struct attachment_key from = {.size = 0};

	if (above)
		from = (struct attachment_key){above->root, above->size};
	DL_FOREACH(n->attachments->list, a)
	{
		if (above && attachment_key_compare(&a->key, &from) <= 0)
			continue;
		if (!least || attachment_key_compare(&a->key, &least->key) < 0)
			least = a;
	}
	if (least)
		see(least, view);
	return least != NULL;
}

struct attachment_key *attachments_keys(const struct node *n, size_t *count)
{
	const struct attachment *a;
	struct attachment_key *keys;
	size_t all = HASH_COUNT(n->attachments->all);

	*count = 0;
	if (!all)
		return NULL;
	keys = growing_alloc(all * sizeof(*keys));
	DL_FOREACH(n->attachments->list, a)
	keys[(*count)++] = a->key;
	qsort(keys, *count, sizeof(*keys), attachment_key_compare);
	return keys;
}

void attachment_close_idle(struct node *n)
{
	struct attachments *s = n->attachments;

	for (size_t i = s->opened_count; i > 0; i--)
		if (n->now.mono_ms - s->opened[i - 1]->used_ms > IDLE_MS)
			attachment_close(n, s->opened[i - 1]);
}
