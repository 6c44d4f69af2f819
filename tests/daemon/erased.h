/* tests/daemon/erased.h — A founder that holds, or is about to, what an
 * institution of numbers has published, and that one's erasure of it. */
#ifndef WICI_TESTS_DAEMON_ERASED_H
#define WICI_TESTS_DAEMON_ERASED_H

#include "daemon/receive.h"
#include "daemon/statements.h"
#include "tests/daemon/author.h"
#include "tests/daemon/gone.h"

#define WORD "xyloqwart" /* In no other text. */

static inline void rest(struct fixture *f)
{
	fixture_rest(f);
	CHECK(f->n->fatal == NULL);
}

/* What this node holds of the other's own feed at seq. */
static inline struct wici_head head_at(struct fixture *f,
				       const struct wici_key *key, uint64_t seq)
{
	struct wici_head head = {.feed = *key, .seq = seq};

	CHECK_OK(entry_id(f->n->store, feeds_find(&f->n->feeds, key)->row.n,
			  seq, &head.id));
	return head;
}

/* A founder, and an institution of numbers that has published one practice with
 * the word in it, at seq 2, and two others. */
struct net {
	struct fixture cal;
	struct author author;
	struct wici_bytes runs[3]; /* 1; 2 to 4; the same, 2 erased. */
	uint8_t buf[3][4096];
	struct wici_head of;
	struct gone gone;
};

static inline void keep_run(struct net *n, size_t at)
{
	memcpy(n->buf[at], n->author.run.p, n->author.run.len);
	n->runs[at] = (struct wici_bytes){n->buf[at], n->author.run.len};
}

/* The entry with the word, and the author's last run behind it. */
static inline void join_runs(struct net *n)
{
	const struct wici_bytes parts[] = {n->runs[1], n->author.run};
	struct wici_head after = {.feed = n->author.head.feed, .seq = 1};
	uint8_t buf[4096];
	struct wici_run_writer w;
	struct wici_entry e;
	struct wici_run run;
	struct wici_id id;

	wici_run_writer_init(&w, buf, sizeof(buf), &after.feed, 2);
	for (size_t i = 0; i < 2; i++) {
		CHECK_OK(wici_run_open(&run, parts[i], &after));
		while (wici_run_next(&run, &e, &id) == WICI_OK)
			CHECK_OK(wici_run_add(&w, &e));
		after.seq = 2;
	}
	n->runs[1] = wici_run_finish(&w);
	memcpy(n->buf[1], buf, n->runs[1].len);
	n->runs[1].p = n->buf[1];
}

/* The same entries, the first one without its payload. */
static inline void make_payload_less(struct net *n)
{
	struct wici_head after = {.feed = n->of.feed, .seq = 1};
	struct wici_run_writer w;
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;

	after.id = (struct wici_id){{0}};
	wici_run_writer_init(&w, n->buf[2], sizeof(n->buf[2]), &n->of.feed, 2);
	CHECK_OK(wici_run_open(&run, n->runs[1], &after));
	while (wici_run_next(&run, &e, &id) == WICI_OK) {
		e.has_payload = e.header.seq != 2;
		CHECK_OK(wici_run_add(&w, &e));
	}
	n->runs[2] = wici_run_finish(&w);
}

static inline void begin(struct net *n)
{
	uint8_t buf[600];
	struct wici_run run;
	struct wici_entry e;
	struct wici_head after;

	memset(n, 0, sizeof(*n));
	fixture_open(&n->cal);
	fixture_found(&n->cal, "CAL");
	author_admit(&n->author, &n->cal, 9);
	author_open(&n->author, 1);
	keep_run(n, 0);
	after = n->author.head;
	author_write(&n->author, WICI_KIND_PRACTICE_PUBLISH,
		     fixture_title(buf, sizeof(buf), "Klub " WORD));
	keep_run(n, 1);
	author_practice(&n->author, 2);
	join_runs(n);
	n->of = after;
	n->of.seq = 2;
	CHECK_OK(wici_run_open(&run, n->runs[1], &after));
	CHECK_OK(wici_run_next(&run, &e, &n->of.id));
	make_payload_less(n);
	gone_make(&n->gone, &n->author.network, &n->of, NULL,
		  &n->author.identity, &n->author.identity_secret);
}

static inline void end(struct net *n)
{
	fixture_drop(&n->cal);
}

static inline enum wici_err give_run(struct net *n, size_t which)
{
	struct wici_head at;
	enum wici_err err;

	fixture_begin(&n->cal);
	err = node_receive_run(n->cal.n, 7, n->runs[which], &at);
	fixture_end(&n->cal);
	CHECK(n->cal.fatals == 0);
	return err;
}

static inline enum wici_err give_erasure(struct net *n, const struct gone *g)
{
	enum wici_err err;

	fixture_begin(&n->cal);
	err = node_receive_statement(n->cal.n, 7, g->bytes);
	fixture_end(&n->cal);
	CHECK(n->cal.fatals == 0);
	return err;
}

static inline bool is_erased(struct net *n)
{
	const struct feed *feed = feeds_find(&n->cal.n->feeds, &n->of.feed);
	struct entry_row row;

	CHECK_OK(entry_at(n->cal.n->store, feed->row.n, 2, &row));
	CHECK(!row.is_damaged && wici_id_equal(&row.id, &n->of.id));
	return !row.entry.has_payload;
}

#endif
