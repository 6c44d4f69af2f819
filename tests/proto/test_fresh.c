/* tests/proto/test_fresh.c — What counts of beacons and witnesses, and what does
 * not. */
#include "proto/fresh.h"

#include "tests/proto/trust.h"

#define NOW ((int64_t)1800000000000)
#define DAY ((int64_t)86400000)

static struct wici_roster r;
static struct wici_fresh f;
static struct wici_key issuing;

/* needed of n witnesses; n 0: none is named, and the registrar is another. */
static void begin(size_t n, uint64_t needed)
{
	struct wici_id network = id_of(1);

	wici_roster_init(&r, &network, &(struct wici_roster_space){0});
	issuing = pair(30).key;
	r.version = 5;
	r.registrar = head_of(50, 1);
	r.witnesses_count = n;
	r.witnesses_needed = needed;
	for (size_t i = 0; i < n; i++)
		r.witnesses[i].feed = pair((uint8_t)(70 + i)).key;
	wici_fresh_begin(&f, &r, &issuing, NOW, 7 * DAY);
}

static void beacon(int64_t time_ms, uint64_t roster)
{
	static uint8_t states[2];
	struct wici_beacon_body body = {.roster = roster,
					.states = {states, sizeof(states)}};

	memset(states, 0, sizeof(states));
	wici_beacon_set(states, 5, WICI_CERT_SUSPENDED);
	wici_fresh_beacon(&f, &body, time_ms, 5, true);
}

static void witness(uint8_t n, int64_t time_ms, enum wici_head_held held)
{
	struct wici_witness_body body = {.roster = 5};
	struct wici_key key = pair(n).key;

	wici_fresh_witness(&f, &key, &body, time_ms, true, held);
}

static bool end(void)
{
	wici_fresh_end(&f);
	return wici_fresh_is(&f);
}

TEST(states_are_two_bits_and_none_beyond_the_end)
{
	uint8_t states[2] = {0xff, 0xff};
	struct wici_beacon_body body = {.states = {states, 2}};

	for (uint64_t i = 0; i < 8; i++)
		CHECK(wici_beacon_state(&body, i) == WICI_CERT_REVOKED);
	CHECK(wici_beacon_state(&body, 8) == WICI_CERT_NONE);
	CHECK(wici_beacon_state(&body, UINT64_MAX) == WICI_CERT_NONE);
	wici_beacon_set(states, 2, WICI_CERT_GRANTED);
	CHECK(wici_beacon_state(&body, 1) == WICI_CERT_REVOKED);
	CHECK(wici_beacon_state(&body, 2) == WICI_CERT_GRANTED);
	CHECK(wici_beacon_state(&body, 3) == WICI_CERT_REVOKED);
	CHECK(states[0] == 0xdf);
}

TEST(a_beacon_counts_from_now_back_to_the_age_that_is_wanted)
{
	static const struct {
		int64_t time_ms;
		enum wici_sight sight;
	} rows[] = {
		{NOW, WICI_SIGHT_COUNTS},
		{NOW - 7 * DAY, WICI_SIGHT_COUNTS},
		{NOW - 7 * DAY - 1, WICI_SIGHT_OLD},
		{NOW + WICI_FRESH_AHEAD_MS, WICI_SIGHT_COUNTS},
		{NOW + WICI_FRESH_AHEAD_MS + 1, WICI_SIGHT_AHEAD},
		{(int64_t)4070908800000, WICI_SIGHT_AHEAD}, /* 2099 */
		{0, WICI_SIGHT_OLD},
		{INT64_MIN, WICI_SIGHT_OLD},
		{INT64_MAX, WICI_SIGHT_AHEAD},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(1, 0);
		beacon(rows[i].time_ms, 5);
		CHECK(end() == (rows[i].sight == WICI_SIGHT_COUNTS));
		CHECK(f.beacon == rows[i].sight);
		CHECK(f.said == WICI_CERT_SUSPENDED);
		CHECK(f.as_of_ms <= NOW);
	}
	begin(1, 0);
	CHECK(!end() && f.as_of_ms == 0);
	begin(1, 0);
	beacon(NOW, 6);
	CHECK(!end() && f.beacon == WICI_SIGHT_ROSTER);
}

TEST(as_of_is_the_older_of_beacon_and_the_needed_th_newest_witness)
{
	begin(3, 2);
	beacon(NOW - 10, 5);
	witness(70, NOW - 30, WICI_HEAD_HELD);
	CHECK(!end() && f.witness == WICI_SIGHT_NONE && f.counted == 1);
	CHECK(f.as_of_ms == 0);
	begin(3, 2);
	beacon(NOW - 10, 5);
	witness(70, NOW - 30, WICI_HEAD_HELD);
	witness(71, NOW - 20, WICI_HEAD_HELD);
	witness(72, NOW - 40, WICI_HEAD_HELD);
	CHECK(end() && f.as_of_ms == NOW - 30 && f.counted == 3);
	begin(3, 2);
	beacon(NOW - 50, 5);
	witness(72, NOW - 40, WICI_HEAD_HELD);
	witness(71, NOW - 20, WICI_HEAD_HELD);
	CHECK(end() && f.as_of_ms == NOW - 50);
}

TEST(the_gravest_reason_is_told_when_too_few_agree)
{
	struct wici_witness_body body = {.roster = 6};
	struct wici_key key = pair(72).key;

	begin(3, 2);
	beacon(NOW, 5);
	witness(70, NOW - 8 * DAY, WICI_HEAD_HELD);
	witness(71, NOW, WICI_HEAD_UNNAMED);
	CHECK(!end() && f.witness == WICI_SIGHT_OLD);
	witness(71, NOW, WICI_HEAD_AHEAD);
	f.witness = WICI_SIGHT_NONE;
	CHECK(!end() && f.witness == WICI_SIGHT_BEHIND);
	wici_fresh_witness(&f, &key, &body, NOW, true, WICI_HEAD_HELD);
	CHECK(!end() && f.witness == WICI_SIGHT_ROSTER);
	witness(71, NOW, WICI_HEAD_OTHER);
	CHECK(!end() && f.witness == WICI_SIGHT_SPLIT);
	body.roster = 4; /* Of another branch of the root. */
	wici_fresh_witness(&f, &key, &body, NOW, false, WICI_HEAD_HELD);
	CHECK(f.witnesses[2].sight == WICI_SIGHT_SPLIT);
}

TEST(without_named_witnesses_the_registrar_is_asked_unless_it_is_the_issuer)
{
	begin(0, 0);
	beacon(NOW, 5);
	CHECK(!end() && f.needed == 1 && !f.is_named);
	begin(0, 0);
	beacon(NOW, 5);
	witness(50, NOW - 5, WICI_HEAD_HELD);
	CHECK(end() && f.as_of_ms == NOW - 5);
	r.registrar.feed = issuing;
	wici_fresh_begin(&f, &r, &issuing, NOW, 7 * DAY);
	beacon(NOW - 1, 5);
	CHECK(end() && f.needed == 0 && f.as_of_ms == NOW - 1);
}

TEST(a_strangers_entry_is_not_heard)
{
	begin(1, 1);
	beacon(NOW, 5);
	witness(90, NOW, WICI_HEAD_HELD);
	CHECK(!end() && f.counted == 0);
}

TEST(existed_before_is_what_the_needed_th_first_saw)
{
	int64_t times[] = {30, 10, 20};

	begin(3, 2);
	wici_fresh_existed(&f, times, 3);
	CHECK(f.existed_ms == 20);
	wici_fresh_existed(&f, times, 1);
	CHECK(f.existed_ms == 0);
}

static struct wici_bytes heads(uint8_t *buf, size_t max)
{
	struct wici_mp_writer w;
	struct wici_bytes raw;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_array(&w, 2);
	for (uint8_t i = 0; i < 2; i++) {
		struct wici_key key = pair((uint8_t)(30 + i)).key;
		struct wici_id id = id_of(i);

		wici_mp_map(&w, 3);
		wici_mp_str(&w, "feed");
		wici_mp_bin(&w, key.b, sizeof(key.b));
		wici_mp_str(&w, "id");
		wici_mp_bin(&w, id.b, sizeof(id.b));
		wici_mp_str(&w, "seq");
		wici_mp_uint(&w, 7u + i);
	}
	CHECK_OK(wici_mp_written(&w, &raw));
	return raw;
}

TEST(a_head_is_found_and_compared_by_place_and_id)
{
	uint8_t buf[300];
	struct wici_witness_body body = {.heads = heads(buf, sizeof(buf))};
	struct wici_key other = pair(31).key;
	struct wici_key none = pair(32).key;
	struct wici_head head, at;

	CHECK(wici_witness_head(&body, &other, &head) && head.seq == 8);
	CHECK(!wici_witness_head(&body, &none, &head));
	at = head;
	CHECK(wici_head_compare(&head, &at) == WICI_HEAD_HELD);
	at.id.b[0] ^= 1;
	CHECK(wici_head_compare(&head, &at) == WICI_HEAD_OTHER);
	at.seq++;
	CHECK(wici_head_compare(&head, &at) == WICI_HEAD_HELD);
	at.seq -= 2;
	CHECK(wici_head_compare(&head, &at) == WICI_HEAD_AHEAD);
	body.heads.p = NULL;
	CHECK(!wici_witness_head(&body, &other, &head));
}

/* So many are told by name; of the others nobody could know. */
TEST(where_the_list_of_the_reinstated_is_full_any_may_be_one)
{
	static uint8_t buf[3 * WICI_BEACON_RESTORED_MAX + 8];

	for (uint32_t less = 0; less < 2; less++) {
		uint32_t count = WICI_BEACON_RESTORED_MAX - less;
		struct wici_beacon_body body = {.roster = 5};
		struct wici_mp_writer w;

		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_array(&w, count);
		for (uint32_t i = 0; i < count; i++)
			wici_mp_uint(&w, i + 10);
		CHECK_OK(wici_mp_written(&w, &body.restored));
		begin(1, 0);
		wici_fresh_beacon(&f, &body, NOW, 5, true);
		CHECK(f.is_restored == !less);
		wici_fresh_beacon(&f, &body, NOW, 10, true);
		CHECK(f.is_restored);
	}
}

TEST_MAIN(
	RUN(where_the_list_of_the_reinstated_is_full_any_may_be_one),

	RUN(states_are_two_bits_and_none_beyond_the_end),
	RUN(a_beacon_counts_from_now_back_to_the_age_that_is_wanted),
	RUN(as_of_is_the_older_of_beacon_and_the_needed_th_newest_witness),
	RUN(the_gravest_reason_is_told_when_too_few_agree),
	RUN(without_named_witnesses_the_registrar_is_asked_unless_it_is_the_issuer),
	RUN(a_strangers_entry_is_not_heard),
	RUN(existed_before_is_what_the_needed_th_first_saw),
	RUN(a_head_is_found_and_compared_by_place_and_id))
