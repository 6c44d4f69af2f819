/* tests/daemon/test_bundle.c — What files bring: all of it once, an exact report,
 * and of spoilt ones what stands before the damage. */
#include "tests/daemon/stick.h"

TEST(what_one_holds_the_other_takes_once)
{
	struct pair p;

	begin(&p);
	publish(&p.cal, 600);
	write_all(&p.cal, &p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 600 && counts.rejects == 0);
	CHECK(counts.bytes == p.f.len);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.statements == 0);
	CHECK(counts.feeds == 0 && counts.rejects == 0);
	CHECK(counts.known >= 600);
	end(&p);
}

/* Runs are cut where files end: they overlap with what was taken before. */
TEST(a_longer_file_brings_what_the_shorter_one_had_not)
{
	struct pair p;

	begin(&p);
	for (int i = 0; i < 5; i++) {
		publish(&p.cal, 60);
		write_all(&p.cal, &p.f);
		CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
		CHECK(counts.entries == 60 && counts.rejects == 0);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	}
	end(&p);
}

TEST(a_selection_has_who_admits_and_what_was_asked_for)
{
	struct bundle_want want = {.count = 1};
	struct fixture kielce;
	struct pair p;

	begin(&p);
	fixture_open(&kielce);
	fixture_join(&p.cal, &kielce, "MOPR Kielce");
	publish(&kielce, 3);
	fixture_carry(&kielce, &p.cal);
	want.institutions = &kielce.n->keys.identity;
	write_want(&p.cal, &p.f, &want, NULL, 0);
	CHECK(counts.feeds == 2);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0 && counts.feeds == 1);
	CHECK(feed_at(&p.mlawa, &kielce)->row.seq == kielce.n->own->row.seq);
	fixture_drop(&kielce);
	end(&p);
}

TEST(what_an_earlier_file_had_is_left_out_unless_it_was_another_chain)
{
	const struct bundle_want want = {.is_backup = false};
	struct wici_head held;
	struct pair p;

	begin(&p);
	publish(&p.cal, 20);
	held = head_at(&p.cal, 15);
	write_want(&p.cal, &p.f, &want, &held, 1);
	CHECK(counts.entries ==
	      p.cal.n->own->row.seq - 15 + p.mlawa.n->own->row.seq);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(is_rejected("gap") && counts.entries == 0);
	CHECK(counts.rejects == p.cal.n->own->row.seq - 15);
	held.id.b[0] ^= 1;
	write_want(&p.cal, &p.f, &want, &held, 1);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 20 && counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(a_day_says_from_which_entry_on)
{
	struct bundle_want want = {.since_ms = 0};
	struct pair p;

	begin(&p);
	fixture_carry(&p.cal, &p.mlawa);
	p.cal.wall_ms += 86400000;
	want.since_ms = p.cal.wall_ms;
	publish(&p.cal, 4);
	write_want(&p.cal, &p.f, &want, NULL, 0);
	CHECK(counts.entries >= 4 && counts.entries <= 6);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

/* ---- spoilt files ---- */

/* Taken as far as it goes, the rest told; and the whole one fits behind. */
TEST(cut_short_anywhere_what_was_read_is_right)
{
	struct pair p;
	size_t len;

	begin(&p);
	publish(&p.cal, 5);
	write_all(&p.cal, &p.f);
	len = p.f.len;
	for (p.f.len = 0; p.f.len < len; p.f.len++) {
		CHECK_OK(take(&p.mlawa, &p.f));
		CHECK(counts.rejects == 0);
	}
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(with_any_byte_changed_nothing_wrong_is_taken)
{
	struct wici_state before, after;
	struct pair p;
	enum wici_err err;

	begin(&p);
	publish(&p.cal, 2);
	fixture_carry(&p.cal, &p.mlawa);
	write_all(&p.cal, &p.f);
	node_state(p.mlawa.n, &before);
	for (size_t i = 0; i < p.f.len; i++) {
		p.f.p[i] ^= (uint8_t)(1u << (i % 8));
		err = take(&p.mlawa, &p.f);
		CHECK(err == WICI_REJECT_BUNDLE || err == WICI_REJECT_NETWORK ||
		      err == WICI_OK); /* A length: more is waited for. */
		p.f.p[i] ^= (uint8_t)(1u << (i % 8));
	}
	node_state(p.mlawa.n, &after);
	CHECK(memcmp(&before, &after, sizeof(before)) == 0);
	CHECK(p.mlawa.n->forks_count == 0 && !p.mlawa.n->sealed);
	end(&p);
}

TEST(of_another_network_nothing_is_looked_at)
{
	struct fixture other;
	struct pair p;

	begin(&p);
	fixture_open(&other);
	fixture_found(&other, "Inni");
	write_all(&other, &p.f);
	CHECK_ERR(take_pieces(&p.mlawa, &p.f, 1), WICI_REJECT_NETWORK);
	CHECK(counts.entries == 0 && counts.statements == 0);
	CHECK(counts.rejects == 0);
	fixture_drop(&other);
	end(&p);
}

TEST(a_length_of_gigabytes_ends_it)
{
	static const uint8_t head[] = {3, 0xff, 0xff, 0xff, 0xff};
	struct pair p;

	begin(&p);
	forge_begin(&p.f, &p.cal.n->network);
	memcpy(room(&p.f, sizeof(head)), head, sizeof(head));
	p.f.len += sizeof(head);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_REJECT_BUNDLE);
	end(&p);
}

/* Told in a row or two, however many there are. */
TEST(a_million_records_of_nothing_take_no_room)
{
	struct pair p;

	begin(&p);
	forge_begin(&p.f, &p.cal.n->network);
	for (int i = 0; i < 1000000; i++) {
		static const enum wici_bundle_type types[] = {
			WICI_BUNDLE_STATEMENT, WICI_BUNDLE_RUN,
			WICI_BUNDLE_AFTER, WICI_BUNDLE_BEARER,
			WICI_BUNDLE_ENTRY};

		forge_record(&p.f, types[i % 5], (struct wici_bytes){NULL, 0});
	}
	forge_end(&p.f);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 0 && counts.rejects == 800000);
	CHECK(counts.rejected_count <= BUNDLE_REJECTED_MAX);
	end(&p);
}

TEST(with_no_room_nothing_is_half_taken)
{
	struct pair p;

	begin(&p);
	publish(&p.cal, 300);
	write_all(&p.cal, &p.f);
	store_set_free_for_test(p.mlawa.n->store, 0);
	fixture_rest(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_FULL);
	store_set_free_for_test(p.mlawa.n->store, UINT64_MAX);
	fixture_rest(&p.mlawa);
	CHECK_ERR(take(&p.mlawa, &p.f), WICI_END);
	CHECK(counts.entries == 300 && counts.rejects == 0);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST_MAIN(RUN(what_one_holds_the_other_takes_once),
	  RUN(a_longer_file_brings_what_the_shorter_one_had_not),
	  RUN(a_selection_has_who_admits_and_what_was_asked_for),
	  RUN(what_an_earlier_file_had_is_left_out_unless_it_was_another_chain),
	  RUN(a_day_says_from_which_entry_on),
	  RUN(cut_short_anywhere_what_was_read_is_right),
	  RUN(with_any_byte_changed_nothing_wrong_is_taken),
	  RUN(of_another_network_nothing_is_looked_at),
	  RUN(a_length_of_gigabytes_ends_it),
	  RUN(a_million_records_of_nothing_take_no_room),
	  RUN(with_no_room_nothing_is_half_taken))
