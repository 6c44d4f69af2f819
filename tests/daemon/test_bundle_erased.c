/* tests/daemon/test_bundle_erased.c — Bundles and erasures: what is erased while
 * the file is written, and files from before and after. */
#include "daemon/bundle.h"

#include "tests/daemon/gone.h"
#include "tests/daemon/stick.h"

#define WORD "xyloqwart"
#define MANY 250  /* Entries, for … */
#define LONG 4000 /* … more pieces than one. */

/* Mława erases what it has published under this number. */
static void erase(struct pair *p, uint64_t seq)
{
	struct wici_head of = head_at(&p->mlawa, seq);
	struct wici_secret secret;
	struct gone g;

	CHECK_OK(keys_identity_secret(&p->mlawa.n->keys, p->mlawa.n->dir_fd,
				      NULL, &secret));
	gone_make(&g, &p->mlawa.n->network, &of, NULL,
		  &p->mlawa.n->keys.identity, &secret);
	fixture_begin(&p->mlawa);
	CHECK_OK(node_receive_statement(p->mlawa.n, 0, g.bytes));
	fixture_end(&p->mlawa);
	fixture_rest(&p->mlawa);
}

static void publish_long(struct pair *p)
{
	static char title[LONG + 1];
	static uint8_t buf[LONG + 100];
	struct wici_head head;

	memset(title, 'x', LONG);
	memcpy(title, WORD, strlen(WORD));
	for (int i = 0; i < MANY; i++) {
		fixture_begin(&p->mlawa);
		CHECK_OK(publish_entry(p->mlawa.n, &wici_kind_practice_publish,
				       fixture_title(buf, sizeof(buf), title),
				       (struct wici_bytes){NULL, 0}, &head));
		fixture_end(&p->mlawa);
	}
}

static void read_piece(struct pair *p, struct bundle *b, enum wici_err *err)
{
	struct file *f = &p->f;
	size_t len;

	fixture_begin(&p->mlawa);
	*err = bundle_read(p->mlawa.n, b, room(f, BUNDLE_PIECE_MAX),
			   BUNDLE_PIECE_MAX, &len);
	fixture_end(&p->mlawa);
	f->len += len;
}

TEST(what_is_erased_while_the_file_is_written_has_its_erasure_in_it)
{
	const struct bundle_want want = {.is_backup = false};
	enum wici_err err = WICI_OK;
	struct bundle *b;
	struct pair p;

	begin(&p);
	publish_long(&p);
	for (uint64_t seq = 10; seq < MANY; seq += 30)
		erase(&p, seq);
	fixture_begin(&p.mlawa);
	CHECK_OK(bundle_open_out(p.mlawa.n, CLIENT, &want, &b));
	fixture_end(&p.mlawa);
	for (uint64_t seq = 15; err == WICI_OK; seq += 30) {
		read_piece(&p, b, &err);
		for (uint64_t at = 15; at < MANY && err == WICI_OK; at += 30)
			erase(&p, at + seq / 30); /* Behind, and ahead. */
	}
	CHECK_ERR(err, WICI_END);
	bundle_forget(p.mlawa.n, CLIENT);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	fixture_rest(&p.cal);
	CHECK(feed_at(&p.cal, &p.mlawa)->row.seq == p.mlawa.n->own->row.seq);
	end(&p);
}

/* The file has each text, and the store none of those that were erased. */
TEST(a_file_from_before_brings_nothing_back)
{
	struct pair p;
	uint64_t seq;

	begin(&p);
	fixture_practice(&p.mlawa, "Klub " WORD);
	seq = p.mlawa.n->own->row.seq;
	write_all(&p.mlawa, &p.f);
	CHECK(memmem(p.f.p, p.f.len, WORD, strlen(WORD)));
	erase(&p, seq);
	fixture_carry(&p.mlawa, &p.cal);
	fixture_rest(&p.cal);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	for (size_t step = 100; step < 30000; step *= 7) {
		CHECK_ERR(take_pieces(&p.cal, &p.f, step), WICI_END);
		CHECK(counts.rejects == 0 && counts.entries == 0);
		CHECK_ERR(take_pieces(&p.mlawa, &p.f, step), WICI_END);
	}
	fixture_rest(&p.cal);
	CHECK(!gone_folder_has(p.cal.dir, WORD));
	CHECK(!gone_folder_has(p.mlawa.dir, WORD));
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

/* Somebody leaves the erasure out of the file. */
TEST(a_file_that_hides_a_text_is_taken_up_to_there)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_bytes run;
	struct pair p;
	uint64_t seq, held;

	begin(&p);
	held = feed_at(&p.cal, &p.mlawa)->row.seq;
	fixture_practice(&p.mlawa, "Klub " WORD);
	seq = p.mlawa.n->own->row.seq;
	publish(&p.mlawa, 2);
	erase(&p, seq);
	CHECK_OK(node_read_run(p.mlawa.n, &p.mlawa.n->keys.feed, held + 1,
			       seq + 2, buf, sizeof(buf), &run));
	forge_begin(&p.f, &p.cal.n->network);
	forge_record(&p.f, WICI_BUNDLE_RUN, run);
	forge_end(&p.f);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(is_rejected("hidden"));
	CHECK(feed_at(&p.cal, &p.mlawa)->row.seq == held);
	write_all(&p.mlawa, &p.f);
	CHECK_ERR(take(&p.cal, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(feed_at(&p.cal, &p.mlawa)->row.seq == seq + 2);
	end(&p);
}

TEST_MAIN(RUN(what_is_erased_while_the_file_is_written_has_its_erasure_in_it),
	  RUN(a_file_from_before_brings_nothing_back),
	  RUN(a_file_that_hides_a_text_is_taken_up_to_there))
