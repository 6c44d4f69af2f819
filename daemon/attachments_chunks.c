/* daemon/attachments_chunks.c — Chunks in and out, and what is to be asked for.
 *
 * A file that was opened is judged first, some chunks a turn; what it lacks is
 * asked for after that, and what it holds is given. */
#include "daemon/attachments_private.h"

#include "proto/require.h"

#include <utlist.h>

#define JUDGE_CHUNKS 32u /* A MiB. */
#define AGAIN_MS     15000u
#define AGAIN_MS_MAX 3600000u

static bool is_due(const struct node *n, const struct attachment *a,
		   enum attachment_why why)
{
	return a->why == why && !a->is_whole && n->now.mono_ms >= a->again_ms;
}

/* *at: 2 bits of urgency, then the number. */
bool attachments_due(struct node *n, uint64_t *at, struct wici_id *root,
		     uint64_t *size)
{
	unsigned class = (unsigned)(*at >> 62);
	uint64_t last = *at & (UINT64_MAX >> 2);
	struct attachment *a;

	if (n->is_read_only)
		return false;
	for (; class < ATTACHMENT_ASKED; class ++, last = 0) {
		DL_FOREACH2(n->attachments->wanted, a, wanted_next)
		{
			if (a->n <= last ||
			    !is_due(n, a,
				    (enum attachment_why)(ATTACHMENT_ASKED -
							  class)))
				continue;
			*at = (uint64_t) class << 62 | a->n;
			*root = a->key.root;
			*size = a->key.size;
			return true;
		}
	}
	return false;
}

bool attachments_has_news(const struct node *n)
{
	return n->attachments->has_news;
}

bool attachments_take_news(struct node *n)
{
	bool has = n->attachments->has_news;

	n->attachments->has_news = false;
	return has;
}

void attachments_put_off(struct node *n, const struct wici_id *root,
			 uint64_t size)
{
	struct attachment *a = attachment_find(n, root, size);
	uint64_t ms = AGAIN_MS;

	if (!a)
		return;
	for (unsigned i = 0; i < a->failures && ms < AGAIN_MS_MAX; i++)
		ms *= 2;
	a->failures++;
	a->again_ms = n->now.mono_ms + (ms < AGAIN_MS_MAX ? ms : AGAIN_MS_MAX);
}

static void retry(struct attachment *a)
{
	a->again_ms = 0;
	a->failures = 0;
}

void attachments_retry(struct node *n, const struct wici_id *root,
		       uint64_t size)
{
	struct attachment *a;

	if (root) {
		a = attachment_find(n, root, size);
		if (a)
			retry(a);
		return;
	}
	/* How often nobody had it is not forgotten. */
	DL_FOREACH2(n->attachments->wanted, a, wanted_next)
	a->again_ms = 0;
	n->attachments->has_news = true;
}

bool attachments_lacks(struct node *n, const struct wici_id *root,
		       uint64_t size, uint32_t *from, uint32_t *to)
{
	struct attachment *a = attachment_find(n, root, size);

	if (!a || a->is_whole || a->why == ATTACHMENT_UNWANTED ||
	    attachment_open(n, a) || !chunks_is_judged(a->open))
		return false;
	if (a->open->held == a->open->count) {
		attachment_close(n, a); /* It could not be synced: anew. */
		return false;
	}
	*from = 0;
	*to = a->open->count - 1;
	while (chunks_has(a->open, *from))
		(*from)++;
	while (chunks_has(a->open, *to))
		(*to)--;
	return true;
}

static void became_whole(struct node *n, struct attachment *a)
{
	attachment_set_whole(n, a, true);
	attachment_set_why(n, a, ATTACHMENT_UNWANTED);
	a->has_part = a->is_spoilt = false;
	attachment_close(n, a);
}

enum wici_err attachments_take(struct node *n, const struct wici_id *root,
			       uint64_t size, const struct wici_message *m)
{
	struct attachment *a = attachment_find(n, root, size);
	enum wici_err err;

	if (!a || a->is_whole || a->why == ATTACHMENT_UNWANTED)
		return WICI_NOT_FOUND;
	if (n->is_read_only)
		return WICI_FULL;
	err = attachment_open(n, a);
	if (!err && !chunks_is_judged(a->open))
		return WICI_NOT_FOUND; /* It was closed since it was asked. */
	if (!err)
		err = chunks_put(a->open, m->chunk.i, m->chunk.bytes,
				 (const struct wici_id *)m->chunk.path.p,
				 m->chunk.path.count);
	if (!err || err == WICI_END) {
		a->has_part = true;
		retry(a);
	}
	if (err == WICI_END)
		became_whole(n, a);
	return attachment_err(n, err);
}

void attachment_became_spoilt(struct node *n, struct attachment *a)
{
	a->is_spoilt |= a->is_whole;
	attachment_set_whole(n, a, false);
	attachment_set_why(n, a, ATTACHMENT_ASKED);
	retry(a);
	n->attachments->has_news = true;
}

/* What was hashed is known now. */
static void end_judging(struct node *n, struct attachment *a)
{
	n->attachments->has_news = true;
	if (a->open->is_whole)
		became_whole(n, a);
	else if (a->is_whole)
		attachment_became_spoilt(n, a);
	else
		attachment_set_whole(n, a, false);
}

enum wici_err attachments_bring(struct node *n, const struct wici_id *root,
				uint64_t size, const struct wici_message *m)
{
	struct attachment *a = attachment_find(n, root, size);
	struct wici_id leaf;
	enum wici_err err = WICI_OK;

	if (a && !a->is_whole)
		err = attachment_open(n, a);
	if (!err && a && !a->is_whole && !chunks_is_judged(a->open)) {
		if (!wici_chunk_is_of(root, size, m->chunk.i, m->chunk.bytes,
				      (const struct wici_id *)m->chunk.path.p,
				      m->chunk.path.count, &leaf))
			return WICI_REJECT_CHUNK;
		while (!err && !chunks_is_judged(a->open))
			err = attachment_err(
				n, chunks_judge(a->open, JUDGE_CHUNKS));
		if (!err)
			end_judging(n, a);
		if (!err && a->is_whole)
			return WICI_END;
	}
	return err ? err : attachments_take(n, root, size, m);
}

enum wici_err attachments_give(struct node *n, const struct wici_id *root,
			       uint64_t size, uint32_t from, uint32_t to,
			       struct wici_message *m)
{
	struct attachments *s = n->attachments;
	struct attachment *a = attachment_find(n, root, size);
	uint32_t path_count;
	enum wici_err err;

	if (!a || !(a->is_whole || a->has_part))
		return WICI_NOT_FOUND;
	err = attachment_open(n, a);
	if (err)
		return err == WICI_NOT_PERMITTED ? err : WICI_NOT_FOUND;
	if (!chunks_is_judged(a->open))
		return WICI_AGAIN;
	err = WICI_NOT_FOUND;
	for (; from <= to && err == WICI_NOT_FOUND; from++) {
		err = chunks_get(a->open, from, s->buf, &m->chunk.bytes,
				 s->path, &path_count);
		m->chunk.i = from;
	}
	if (a->is_whole && !a->open->is_whole)
		attachment_became_spoilt(n, a);
	if (err)
		return attachment_err(n, err);
	m->type = WICI_MSG_CHUNK;
	m->chunk.root = *root;
	m->chunk.path =
		(struct wici_packed){s->path[0].b, (uint16_t)path_count};
	return WICI_OK;
}

/* ---- judged ---- */

static bool is_judging(const struct attachment *a)
{
	return a->open && !chunks_is_judged(a->open);
}

/* Some hashing a turn, of one of them. */
void attachment_judge_some(struct node *n)
{
	struct attachments *s = n->attachments;
	struct attachment *a = NULL;

	for (size_t i = 0; !a && i < s->opened_count; i++)
		if (is_judging(s->opened[i]))
			a = s->opened[i];
	if (!a || attachment_err(n, chunks_judge(a->open, JUDGE_CHUNKS)))
		return;
	a->used_ms = n->now.mono_ms;
	if (chunks_is_judged(a->open))
		end_judging(n, a);
}

void attachment_doubt(struct node *n, struct attachment *a)
{
	attachment_close(n, a);
	if (attachment_open(n, a))
		return;
	chunks_doubt(a->open);
	if (chunks_is_judged(a->open)) /* There are no bytes. */
		attachment_became_spoilt(n, a);
	else if (!a->is_whole && a->why == ATTACHMENT_UNWANTED)
		attachment_set_why(n, a, ATTACHMENT_ASKED);
	retry(a);
	n->attachments->has_news = true;
}

bool attachment_is_judging(const struct node *n)
{
	const struct attachments *s = n->attachments;

	for (size_t i = 0; i < s->opened_count; i++)
		if (is_judging(s->opened[i]))
			return true;
	return false;
}
