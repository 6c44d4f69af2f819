/* proto/fork.c — Proofs of a fork: made from two sides, read and judged.
 *
 * Both ways end in one judgement, as strict as signatures are anywhere: who
 * does not hold a feed's key cannot make a proof against it out of what the
 * feed has signed. */
#include "proto/fork.h"

#include "proto/mp_read.h"

/* {"a": bin 184, "b": bin 184} */
#define BODY_LEN ((size_t)(1 + 2 * (2 + 2 + 184)))

static void side_encode(uint8_t out[184], const struct wici_fork_side *s)
{
	wici_header_encode(out, &s->header);
	memcpy(out + WICI_HEADER_LEN, s->sig.b, WICI_SIG_LEN);
}

static void side_decode(struct wici_fork_side *s, const uint8_t in[184])
{
	wici_header_decode(&s->header, in);
	memcpy(s->sig.b, in + WICI_HEADER_LEN, WICI_SIG_LEN);
}

/* As memcmp() of their 184 bytes; 0: their ids are the same too. */
static int compare_sides(const struct wici_fork_side *a,
			 const struct wici_fork_side *b)
{
	uint8_t x[184], y[184];

	side_encode(x, a);
	side_encode(y, b);
	return memcmp(x, y, WICI_FORK_SIDE_LEN);
}

/* PROTOCOL §5.8: "two headers of one feed, seq and prev with different ids and
 * valid signatures" */
static bool is_conflict(const struct wici_fork_side *a,
			const struct wici_fork_side *b)
{
	return wici_key_equal(&a->header.feed, &b->header.feed) &&
	       a->header.seq == b->header.seq &&
	       wici_id_equal(&a->header.prev, &b->header.prev) &&
	       wici_header_check(&a->header) == WICI_OK &&
	       wici_header_check(&b->header) == WICI_OK;
}

enum wici_err wici_fork_verify(const struct wici_fork *f,
			       const struct wici_id *network)
{
	enum wici_err err = wici_key_check(&f->feed);

	if (err == WICI_OK)
		err = wici_entry_verify(&f->a.header, &f->a.sig, network);
	if (err == WICI_OK)
		err = wici_entry_verify(&f->b.header, &f->b.sig, network);
	return err;
}

/* What both sides share; they are in order. WICI_REJECT_CHAIN: no fork. */
static enum wici_err judge(struct wici_fork *f)
{
	if (!is_conflict(&f->a, &f->b))
		return WICI_REJECT_CHAIN;
	f->feed = f->a.header.feed;
	f->seq = f->a.header.seq;
	f->prev = f->a.header.prev;
	return WICI_OK;
}

static bool has_side(struct wici_mp_reader *r, const char *key,
		     struct wici_fork_side *s)
{
	uint8_t b[184];

	if (wici_mp_expect_key(r, key) != WICI_OK ||
	    wici_mp_expect_bin(r, b, sizeof(b)) != WICI_OK)
		return false;
	side_decode(s, b);
	return true;
}

enum wici_err wici_fork_read(struct wici_fork *f,
			     const struct wici_statement *s)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	if (s->type != WICI_STATEMENT_FORK || s->sigs_count != 0 ||
	    wici_mp_check(WICI_MP_CANONICAL, s->body, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, s->body);
	if (wici_mp_expect(&r, WICI_MP_MAP, &v) != WICI_OK || v.count != 2 ||
	    !has_side(&r, "a", &f->a) || !has_side(&r, "b", &f->b))
		return WICI_REJECT_STATEMENT;
	/* PROTOCOL §5.8: "a < b by bytes" */
	if (compare_sides(&f->a, &f->b) >= 0)
		return WICI_REJECT_STATEMENT;
	f->id = s->id;
	return judge(f) == WICI_OK ? WICI_OK : WICI_REJECT_STATEMENT;
}

enum wici_err wici_fork_decode(struct wici_fork *f,
			       const struct wici_statement *s,
			       const struct wici_id *network)
{
	enum wici_err err = wici_fork_read(f, s);

	return err == WICI_OK ? wici_fork_verify(f, network) : err;
}

static void put_side(struct wici_mp_writer *w, const char *key,
		     const struct wici_fork_side *s)
{
	uint8_t b[184];

	side_encode(b, s);
	wici_mp_str(w, key);
	wici_mp_bin(w, b, sizeof(b));
}

enum wici_err wici_fork_make(struct wici_mp_writer *w,
			     const struct wici_fork_side *one,
			     const struct wici_fork_side *other,
			     const struct wici_id *network, struct wici_fork *f)
{
	struct wici_statement s = {.type = WICI_STATEMENT_FORK};
	struct wici_mp_writer body;
	uint8_t buf[BODY_LEN];
	int order = compare_sides(one, other);
	enum wici_err err;

	if (order == 0)
		return WICI_REJECT_CHAIN;
	f->a = order < 0 ? *one : *other;
	f->b = order < 0 ? *other : *one;
	err = judge(f);
	if (err == WICI_OK)
		err = wici_fork_verify(f, network);
	if (err != WICI_OK)
		return err;

	wici_mp_writer_init(&body, buf, sizeof(buf));
	wici_mp_map(&body, 2);
	put_side(&body, "a", &f->a);
	put_side(&body, "b", &f->b);
	err = wici_mp_written(&body, &s.body);
	if (err != WICI_OK)
		return err;
	s.id = wici_hash_bytes(WICI_DOMAIN_FORK, s.body);
	f->id = s.id;
	wici_statement_encode(w, &s);
	return WICI_OK;
}

bool wici_fork_better(const struct wici_fork *a, const struct wici_fork *b,
		      uint64_t named_seq)
{
	/* PROTOCOL §5.8: "One proof a feed is reconciled: of those not beyond
	 * dispute, else of all, the lowest seq, then the smallest id." */
	if ((a->seq > named_seq) != (b->seq > named_seq))
		return a->seq > named_seq;
	if (a->seq != b->seq)
		return a->seq < b->seq;
	return memcmp(a->id.b, b->id.b, WICI_ID_LEN) < 0;
}
