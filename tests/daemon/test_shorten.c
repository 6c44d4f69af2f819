/* tests/daemon/test_shorten.c — A feed that is cut back is filled again, and all
 * of it is found, however often that happens. */
#include "daemon/shorten.h"

#include "daemon/store/record.h"
#include "tests/daemon/forked.h"

static void cut_back(struct fixture *at, struct fixture *author)
{
	const struct wici_head before = head_at(author, 3);

	fixture_begin(at);
	CHECK_OK(shorten_feed(at->n, feed_at(at, author), 4, &before.id,
			      ENTRY_EVIDENCE));
	fixture_end(at);
	fixture_rest(at);
	CHECK(feed_at(at, author)->row.seq == 3);
}

/* Evidence is kept once: the second time the rows are gone, and the store gives
 * their numbers to what comes next. */
TEST(what_comes_in_the_place_of_what_was_dropped_is_found)
{
	struct fixture a, b;

	make_pair(&a, &b);
	fixture_rest(&a);
	for (int round = 0; round < 3; round++) {
		const struct feed *feed = feed_at(&a, &b);

		cut_back(&a, &b);
		fixture_carry(&b, &a);
		fixture_rest(&a);
		CHECK(feed->row.seq == ENTRIES);
		for (uint64_t seq = 1; seq <= ENTRIES; seq++) {
			struct record_row record;
			struct entry_row row;

			CHECK_OK(entry_at(a.n->store, feed->row.n, seq, &row));
			CHECK_OK(record_get(a.n->store, row.n, &record));
			CHECK(record.seq == seq &&
			      record.feed_n == feed->row.n);
		}
	}
	drop_pair(&a, &b);
}

TEST_MAIN(RUN(what_comes_in_the_place_of_what_was_dropped_is_found))
