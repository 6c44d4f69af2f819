/* daemon/refs.c — Which records refer to one, and the acts that they are. */
#include "daemon/refs.h"

#include "daemon/feeds.h"
#include "daemon/growing.h"
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
