/* proto/run.c — Consecutive entries of one feed, packed and unpacked.
 *
 * The reader recomputes the chain while it walks: an entry comes out with its
 * whole header, and nothing a peer said about hashes has been believed. */
#include "proto/run.h"

#include "proto/require.h"

enum form { FORM_PAYLOAD = 0, FORM_HASH = 1 };

#define FIRST_SEQ_AT   ((size_t)32)
#define COUNT_AT       ((size_t)40)
#define PAYLOAD_LEN_AT ((size_t)77) /* In an item. */

void wici_run_writer_init(struct wici_run_writer *w, uint8_t *buf, size_t max,
			  const struct wici_key *feed, uint64_t first_seq)
{
	WICI_REQUIRE(max >= WICI_RUN_HEAD_LEN);
	*w = (struct wici_run_writer){.buf = buf,
				      .len = WICI_RUN_HEAD_LEN,
				      .max = max,
				      .next_seq = first_seq};
	memcpy(buf, feed->b, sizeof(feed->b));
	wici_put_u64(buf + FIRST_SEQ_AT, first_seq);
	wici_put_u16(buf + COUNT_AT, 0);
}

static size_t body_len(enum form form, uint32_t payload_len)
{
	return form == FORM_PAYLOAD ? WICI_SALT_LEN + payload_len : WICI_ID_LEN;
}

enum wici_err wici_run_add(struct wici_run_writer *w,
			   const struct wici_entry *e)
{
	const struct wici_header *h = &e->header;
	enum form form = e->has_payload ? FORM_PAYLOAD : FORM_HASH;
	size_t len = WICI_RUN_ITEM_LEN + body_len(form, h->payload_len);
	uint8_t *p = w->buf + w->len;

	WICI_REQUIRE(h->seq == w->next_seq);
	WICI_REQUIRE(memcmp(w->buf, h->feed.b, sizeof(h->feed.b)) == 0);
	WICI_REQUIRE(!e->has_payload || e->payload.len == h->payload_len);
	if (w->count == WICI_RUN_ENTRIES_MAX || w->max - w->len < len)
		return WICI_TOO_LARGE;

	p[0] = (uint8_t)form;
	p[1] = h->version;
	p[2] = h->flags;
	wici_put_u16(p + 3, h->kind);
	wici_put_u64(p + 5, (uint64_t)h->time_ms);
	memcpy(p + 13, e->sig.b, sizeof(e->sig.b));
	wici_put_u32(p + PAYLOAD_LEN_AT, h->payload_len);
	p += WICI_RUN_ITEM_LEN;
	if (form == FORM_HASH) {
		memcpy(p, h->payload_hash.b, sizeof(h->payload_hash.b));
	} else {
		memcpy(p, e->salt.b, sizeof(e->salt.b));
		if (e->payload.len)
			memcpy(p + sizeof(e->salt.b), e->payload.p,
			       e->payload.len);
	}
	w->len += len;
	w->count++;
	if (form == FORM_HASH)
		w->lacking++;
	w->next_seq++;
	return WICI_OK;
}

void wici_run_truncate(struct wici_run_writer *w, uint16_t count)
{
	const uint8_t *item;
	size_t len = WICI_RUN_HEAD_LEN;

	if (count >= w->count)
		return;
	for (uint16_t i = 0; i < count; i++) {
		item = w->buf + len;
		len += WICI_RUN_ITEM_LEN +
		       body_len((enum form)item[0],
				wici_get_u32(item + PAYLOAD_LEN_AT));
	}
	w->next_seq -= (uint64_t)(w->count - count);
	w->count = count;
	w->len = len;
}

struct wici_bytes wici_run_finish(struct wici_run_writer *w)
{
	wici_put_u16(w->buf + COUNT_AT, w->count);
	return (struct wici_bytes){w->buf, w->count ? w->len : 0};
}

enum wici_err wici_run_peek(struct wici_bytes b, struct wici_key *feed,
			    uint64_t *first_seq, uint16_t *count)
{
	if (b.len < WICI_RUN_HEAD_LEN)
		return WICI_REJECT_RUN;
	memcpy(feed->b, b.p, sizeof(feed->b));
	*first_seq = wici_get_u64(b.p + FIRST_SEQ_AT);
	*count = wici_get_u16(b.p + COUNT_AT);
	return WICI_OK;
}

/* The whole item at the cursor is passed. */
static void pass_item(struct wici_cursor *c)
{
	const uint8_t *item = wici_take(c, WICI_RUN_ITEM_LEN);

	if (item && item[0] > FORM_HASH)
		c->ok = false;
	else if (item)
		(void)wici_take(c,
				body_len((enum form)item[0],
					 wici_get_u32(item + PAYLOAD_LEN_AT)));
}

enum wici_err wici_run_skip(struct wici_bytes b, uint64_t from, uint8_t *buf,
			    struct wici_bytes *rest)
{
	struct wici_cursor c = wici_cursor(b);
	struct wici_key feed;
	uint64_t first, left;
	uint16_t count;
	enum wici_err err = wici_run_peek(b, &feed, &first, &count);

	if (err)
		return err;
	if (from < first || from - first >= count)
		return WICI_REJECT_RUN;
	left = from - first;
	(void)wici_take(&c, WICI_RUN_HEAD_LEN);
	for (uint64_t i = 0; c.ok && i < left; i++)
		pass_item(&c);
	if (!c.ok)
		return WICI_REJECT_RUN;
	memcpy(buf, feed.b, sizeof(feed.b));
	wici_put_u64(buf + FIRST_SEQ_AT, from);
	wici_put_u16(buf + COUNT_AT, (uint16_t)(count - left));
	if (c.len)
		memcpy(buf + WICI_RUN_HEAD_LEN, c.p, c.len);
	*rest = (struct wici_bytes){buf, WICI_RUN_HEAD_LEN + c.len};
	return WICI_OK;
}

enum wici_err wici_run_open(struct wici_run *run, struct wici_bytes b,
			    const struct wici_head *after)
{
	enum wici_err err =
		wici_run_peek(b, &run->feed, &run->first_seq, &run->count);

	if (err)
		return err;
	/* PROTOCOL §2.4: "A count of zero or above 256, a first seq of zero,
	 * another form, or bytes left over make a run malformed." */
	if (run->count == 0 || run->count > WICI_RUN_ENTRIES_MAX ||
	    run->first_seq == 0)
		return WICI_REJECT_RUN;
	if (!wici_key_equal(&run->feed, &after->feed) ||
	    run->first_seq - 1 != after->seq)
		return WICI_REJECT_CHAIN;

	run->rest = wici_cursor(b);
	(void)wici_take(&run->rest, WICI_RUN_HEAD_LEN);
	run->read = 0;
	run->at = *after;
	if (after->seq == 0)
		memset(run->at.id.b, 0, sizeof(run->at.id.b));
	return WICI_OK;
}

/* Salt and payload, or the hash in their place. */
static enum wici_err take_body(struct wici_cursor *c, enum form form,
			       struct wici_entry *e)
{
	struct wici_header *h = &e->header;

	e->has_payload = form == FORM_PAYLOAD;
	if (form == FORM_HASH) {
		wici_take_copy(c, h->payload_hash.b, sizeof(h->payload_hash.b));
		return c->ok ? WICI_OK : WICI_REJECT_RUN;
	}
	wici_take_copy(c, e->salt.b, sizeof(e->salt.b));
	e->payload.p = wici_take(c, h->payload_len);
	if (!c->ok)
		return WICI_REJECT_RUN;
	e->payload.len = h->payload_len;
	h->payload_hash = wici_payload_hash(&e->salt, e->payload);
	return WICI_OK;
}

static enum wici_err take_item(struct wici_run *run, struct wici_entry *e)
{
	struct wici_cursor *c = &run->rest;
	struct wici_header *h = &e->header;
	uint8_t form = wici_take_u8(c);
	enum wici_err err;

	*e = (struct wici_entry){0};
	h->version = wici_take_u8(c);
	h->flags = wici_take_u8(c);
	h->kind = wici_take_u16(c);
	h->time_ms = (int64_t)wici_take_u64(c);
	wici_take_copy(c, e->sig.b, sizeof(e->sig.b));
	h->payload_len = wici_take_u32(c);
	if (!c->ok || (form != FORM_PAYLOAD && form != FORM_HASH))
		return WICI_REJECT_RUN;

	h->feed = run->feed;
	h->seq = run->at.seq + 1;
	h->prev = run->at.id;
	err = wici_header_check(h);
	return err ? err : take_body(c, (enum form)form, e);
}

enum wici_err wici_run_next(struct wici_run *run, struct wici_entry *e,
			    struct wici_id *id)
{
	enum wici_err err;

	if (!run->rest.ok)
		return WICI_REJECT_RUN;
	if (run->read == run->count)
		return run->rest.len == 0 ? WICI_END : WICI_REJECT_RUN;
	err = take_item(run, e);
	if (err) {
		run->rest.ok = false;
		return err;
	}
	*id = wici_entry_id(&e->header, &e->sig);
	run->at.seq = e->header.seq;
	run->at.id = *id;
	run->read++;
	return WICI_OK;
}

enum wici_err wici_run_verify(struct wici_bytes b,
			      const struct wici_head *after,
			      const struct wici_id *network,
			      struct wici_head *last)
{
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;
	enum wici_err err = wici_run_open(&run, b, after);

	while (!err)
		err = wici_run_next(&run, &e, &id);
	if (err != WICI_END)
		return err;

	/* PROTOCOL §2.4: "A run is accepted when its recomputed chain joins the
	 * stored head and its last signature verifies: the ids cover the
	 * signatures before it." */
	err = wici_entry_verify(&e.header, &e.sig, network);
	if (!err)
		*last = run.at;
	return err;
}
