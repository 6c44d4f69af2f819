/* daemon/refs.c — Which records refer to one, and the acts that they are. */
#include "daemon/refs.h"

#include "daemon/feeds.h"
#include "daemon/growing.h"
#include "daemon/project.h"
#include "daemon/store/record.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

#define REFS_FIRST ((size_t)64)

enum wici_err refs_ask(struct node *n, const struct refs_asked *q, int64_t **ns,
		       size_t *count)
{
	size_t max = REFS_FIRST;
	enum wici_err err;

	for (*ns = NULL;; max *= 4) {
		free(*ns);
		*ns = growing_alloc(max * sizeof(**ns));
		if (q->to)
			err = record_referring(n->store, q->to, q->flag, *ns,
					       max, count);
		else
			err = record_by_number(n->store,
					       WICI_KIND_CERTIFICATE_GRANT,
					       q->number, *ns, max, count);
		if (err || *count < max || max >= REFS_MAX)
			return err;
	}
}

static void make_room(struct refs_found *f, size_t more)
{
	f->ns = reallocarray(f->ns, f->count + more + 1, sizeof(*f->ns));
	if (!f->ns)
		abort();
}

enum wici_err refs_ask_feed(struct node *n, const struct wici_id *to,
			    uint16_t flag, const struct wici_key *feed,
			    struct refs_found *f)
{
	struct wici_id by = project_ref_by(feed, to);
	size_t count = 0;
	enum wici_err err;

	make_room(f, f->each_max);
	err = record_referring(n->store, &by, flag, f->ns + f->count,
			       f->each_max, &count);
	f->count += count;
	return err;
}

static bool is_by(const struct refs_by *by, const struct feed *feed)
{
	for (size_t i = 0; i < by->whose_count; i++)
		if (wici_key_equal(&by->whose[i], &feed->whose))
			return true;
	return false;
}

/* One of few, and where it stands. */
struct placed {
	const struct feed *feed;
	int64_t n;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order =
		memcmp(x->feed->row.key.b, y->feed->row.key.b, WICI_KEY_LEN);

	return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Parts those that are wanted from the others. */
static enum wici_err part(struct node *n, struct refs_by *by, const int64_t *ns,
			  size_t count)
{
	struct placed v[REFS_FIRST];
	size_t wanted = 0;

	for (size_t i = 0; i < count; i++) {
		struct record_row row;
		enum wici_err err = record_get(n->store, ns[i], &row);

		if (err == WICI_NOT_FOUND)
			continue;
		if (err)
			return err;
		v[wanted].feed = feeds_by_n(&n->feeds, row.feed_n);
		v[wanted].n = ns[i];
		if (v[wanted].feed && is_by(by, v[wanted].feed))
			wanted++;
		else if (by->others_count < REFS_OTHERS_MAX)
			by->others[by->others_count++] = ns[i];
	}
	qsort(v, wanted, sizeof(*v), by_place);
	make_room(&by->found, wanted);
	for (size_t i = 0; i < wanted; i++)
		by->found.ns[by->found.count++] = v[i].n;
	return WICI_OK;
}

/* Feed by feed, past whatever others there are. */
static enum wici_err ask_feeds(struct node *n, const struct refs_asked *q,
			       struct refs_by *by)
{
	enum wici_err err = WICI_OK;

	by->found.count = 0;
	for (size_t i = 0; !err && i < n->feeds.count; i++) {
		const struct feed *feed = n->feeds.by_key[i];

		if (is_by(by, feed))
			err = refs_ask_feed(n, q->to, q->flag, &feed->row.key,
					    &by->found);
	}
	return err;
}

enum wici_err refs_ask_by(struct node *n, const struct refs_asked *q,
			  struct refs_by *by)
{
	int64_t first[REFS_FIRST];
	size_t count = 0;
	enum wici_err err = record_referring(n->store, q->to, q->flag, first,
					     REFS_FIRST, &count);

	if (!err)
		err = part(n, by, first, count);
	return err || count < REFS_FIRST ? err : ask_feeds(n, q, by);
}

void refs_add(struct refs_acts *acts, const struct entry_row *row,
	      const struct feed *feed, enum wici_standing standing)
{
	const struct wici_header *h = &row->entry.header;
	size_t len = row->entry.has_payload ? row->entry.payload.len : 0;
	uint8_t *body = growing_alloc(len);

	if (acts->count == acts->max) {
		size_t max = acts->max ? acts->max * 2 : 8;
		struct wici_act *more = realloc(acts->v, max * sizeof(*more));

		if (!more)
			abort();
		acts->v = more;
		acts->max = max;
	}
	if (len)
		memcpy(body, row->entry.payload.p, len);
	acts->v[acts->count++] = (struct wici_act){
		.id = row->id,
		.author = feed->whose,
		.feed = feed->row.key,
		.seq = h->seq,
		.time_ms = h->time_ms,
		.kind = h->kind,
		.standing = standing,
		.body = {body, len},
	};
}

bool refs_has(const struct refs_acts *acts, const struct wici_id *id)
{
	for (size_t i = 0; i < acts->count; i++)
		if (wici_id_equal(&acts->v[i].id, id))
			return true;
	return false;
}

void refs_clear(struct refs_acts *acts)
{
	for (size_t i = 0; i < acts->count; i++)
		free((uint8_t *)(uintptr_t)acts->v[i].body.p);
	free(acts->v);
	memset(acts, 0, sizeof(*acts));
}
