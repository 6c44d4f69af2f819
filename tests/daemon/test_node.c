/* tests/daemon/test_node.c — The turn: what comes out, and when; what a full
 * disk and a bad one do. */
#include "daemon/node.h"

#include <sys/stat.h>

#include "daemon/store/private.h"
#include "daemon/view.h"
#include "proto/mp_read.h"
#include "tests/daemon/fixture.h"

static const struct wici_bytes nil = {(const uint8_t *)"\xc0", 1};

/* The code word of the error in a response; NULL: none. */
static bool is_error(const struct fixture *f, const char *code)
{
	struct wici_bytes map, value;
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT,
			    (struct wici_bytes){f->reply, f->reply_len});
	CHECK_OK(wici_mp_expect(&r, WICI_MP_ARRAY, &v));
	CHECK(v.count == 4);
	CHECK_OK(wici_mp_expect(&r, WICI_MP_UINT, &v));
	CHECK_OK(wici_mp_expect(&r, WICI_MP_UINT, &v));
	CHECK(v.u == 42);
	CHECK_OK(wici_mp_skip(&r, &map));
	if (wici_mp_find(WICI_MP_LENIENT, map, "code", &value) != WICI_OK)
		return false;
	return value.len == strlen(code) + 1 &&
	       memcmp(value.p + 1, code, strlen(code)) == 0;
}

TEST(random_bytes_are_never_drawn_twice)
{
	uint8_t a[32], b[32], c[32], again[32];
	struct node_now now;
	struct fixture f;

	fixture_open(&f);
	now = fixture_now(&f);
	node_turn_begin(f.n, &now);
	node_random(f.n, a, sizeof(a));
	node_random(f.n, b, sizeof(b));
	node_turn_end(f.n);
	fixture_begin(&f);
	node_random(f.n, c, sizeof(c));
	fixture_end(&f);
	CHECK(memcmp(a, b, 32) && memcmp(a, c, 32) && memcmp(b, c, 32));
	/* The simulator lives of this: the same seed, the same bytes. */
	node_turn_begin(f.n, &now);
	node_random(f.n, again, sizeof(again));
	node_turn_end(f.n);
	CHECK(memcmp(a, again, 32) == 0);
	fixture_drop(&f);
}

TEST(a_reply_waits_for_the_commit)
{
	struct node_output out;
	struct fixture f;

	fixture_open(&f);
	fixture_begin(&f);
	node_reply(f.n, 1, 42, nil);
	CHECK(!node_next(f.n, &out));
	fixture_end(&f);
	CHECK(f.replies == 1 && !is_error(&f, "read_only"));
	fixture_drop(&f);
}

/* Puts entries of a into b's pending turn, as a pull does. */
static void pull(struct fixture *a, struct fixture *b)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_HEADS);

	for (size_t i = 0; i < set.count; i++)
		(void)fixture_carry_feed(a, b, &set.items[i]);
}

TEST(a_pull_commits_by_time_and_a_waiting_client_at_once)
{
	struct fixture a, b;
	uint64_t before;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	fixture_practice(&a, "jeden");
	before = a.n->own->row.seq - 1;

	b.n->is_pulling = true;
	fixture_begin(&b);
	pull(&a, &b);
	fixture_end(&b);
	CHECK(b.heads == 0 && !fixture_is_equal(&a, &b));
	CHECK(feeds_find(&b.n->feeds, &a.n->own->row.key)->released_seq ==
	      before);
	for (int i = 0; i < 3; i++) { /* 10 ms each. */
		fixture_begin(&b);
		fixture_end(&b);
	}
	CHECK(fixture_is_equal(&a, &b));

	fixture_practice(&a, "dwa");
	fixture_begin(&b);
	pull(&a, &b);
	node_reply(b.n, 1, 42, nil);
	fixture_end(&b);
	CHECK(b.replies == 1 && b.heads == 1 && b.head_from == 7);
	CHECK(fixture_is_equal(&a, &b));
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(below_the_reserve_nothing_is_written_until_there_is_room_again)
{
	struct wici_head head;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	store_set_free_for_test(f.n->store, STORE_RESERVE_BYTES - 1);
	fixture_rest(&f);
	CHECK(f.n->is_read_only);
	fixture_begin(&f);
	CHECK_ERR(fixture_publish(&f, "X", &head), WICI_FULL);
	node_reply(f.n, 1, 42, nil); /* Reading goes on. */
	fixture_end(&f);
	CHECK(f.replies == 1 && !is_error(&f, "read_only"));
	store_set_free_for_test(f.n->store, STORE_RESERVE_BYTES * 2);
	fixture_rest(&f);
	CHECK(!f.n->is_read_only);
	fixture_practice(&f, "X");
	fixture_drop(&f);
}

TEST(a_disk_that_fills_up_in_a_turn_takes_the_turn_back)
{
	struct wici_head head;
	struct wici_id id;
	struct fixture f;
	uint64_t seq;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	seq = f.n->own->row.seq;
	id = f.n->own->row.id;
	store_limit_pages_for_test(f.n->store, 1); /* As it is, no larger. */
	fixture_begin(&f);
	for (int i = 0; i < 400 && !f.n->is_full; i++)
		(void)fixture_publish(&f, "Klub sąsiedzki, Mława", &head);
	CHECK(f.n->is_full);
	node_reply(f.n, 1, 42, nil);
	fixture_end(&f);
	/* It was not acknowledged, it is not there, and it is said. */
	CHECK(f.replies == 1 && is_error(&f, "read_only") && f.fatals == 0);
	CHECK(f.n->is_read_only && node_is_member(f.n));
	CHECK(f.n->own->row.seq == seq &&
	      wici_id_equal(&f.n->own->row.id, &id));
	CHECK(f.n->feeds.heads_count == 1 && f.n->feeds.heads[0].seq == seq);

	store_limit_pages_for_test(f.n->store, 1000000);
	fixture_rest(&f);
	fixture_practice(&f, "X");
	fixture_reopen(&f);
	CHECK(!f.n->sealed && f.n->own->row.seq == seq + 1);
	fixture_drop(&f);
}

TEST(a_disk_that_gives_back_something_else_stops_the_daemon)
{
	struct wici_head head;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, "X", &head));
	CHECK(sqlite3_exec(f.n->store->db,
			   "UPDATE entry SET payload = x'81a57469746c65a159' "
			   "WHERE n = (SELECT max(n) FROM entry)",
			   NULL, NULL, NULL) == SQLITE_OK);
	node_reply(f.n, 1, 42, nil);
	fixture_end(&f);
	CHECK(f.fatals == 1 && f.replies == 0 && f.heads == 0);
	fixture_drop(&f);
}

TEST(two_daemons_do_not_run_on_one_folder)
{
	struct fixture f, g;

	fixture_open(&f);
	g = f;
	g.n = NULL;
	CHECK_ERR(fixture_try_open(&g), WICI_BUSY);
	CHECK(strstr(g.why, "another wicid"));
	fixture_drop(&f);
}

TEST(what_cannot_be_opened_is_refused_with_a_sentence)
{
	struct fixture f;
	char path[256];

	fixture_open(&f);
	fixture_identity(&f, "CAL");
	node_close(f.n);
	CHECK(chmod(f.dir, 0777) == 0);
	CHECK_ERR(fixture_try_open(&f), WICI_NOT_PERMITTED);
	CHECK(strstr(f.why, "chmod 700"));
	CHECK(chmod(f.dir, 0700) == 0);
	fixture_path(&f, "identity.key", path);
	CHECK(chmod(path, 0644) == 0);
	CHECK_ERR(fixture_try_open(&f), WICI_NOT_PERMITTED);
	CHECK(chmod(path, 0600) == 0);
	CHECK_OK(fixture_try_open(&f));
	fixture_drop(&f);
}

TEST(the_folder_and_all_in_it_are_the_owners_alone)
{
	static const char *const names[] = {"wici.db",  "identity.key",
					    "feed.key", "token.key",
					    "fence",    "lock"};
	struct fixture f;
	struct stat st;
	char path[256];

	fixture_make(&f);
	CHECK(rmdir(f.dir) == 0); /* It is made when it is missing. */
	CHECK_OK(fixture_try_open(&f));
	fixture_found(&f, "CAL");
	CHECK(stat(f.dir, &st) == 0 && (st.st_mode & 0777) == 0700);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		fixture_path(&f, names[i], path);
		CHECK(stat(path, &st) == 0);
		CHECK((st.st_mode & 077) == 0);
	}
	fixture_drop(&f);
}

/* "Held by n" is other members' word for this very chain. */
TEST(held_by_counts_other_members_that_hold_our_head)
{
	struct wici_key stranger = {{1}};
	struct wici_head head;
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	head = a.n->feeds.heads[0];
	if (!wici_key_equal(&head.feed, &a.n->own->row.key))
		head = a.n->feeds.heads[1];
	fixture_begin(&a);
	node_held(a.n, &stranger, &head);
	node_held(a.n, &a.n->keys.identity, &head);
	head.id.b[0] ^= 1; /* Another chain. */
	node_held(a.n, &b.n->keys.identity, &head);
	head.id.b[0] ^= 1;
	CHECK(view_held_by(a.n, a.n->own, head.seq) == 0);
	node_held(a.n, &b.n->keys.identity, &head);
	CHECK(view_held_by(a.n, a.n->own, head.seq) == 1);
	fixture_end(&a);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(feeds_are_pulled_registrar_first_and_strangers_last)
{
	struct wici_key owner, nobody = {{1}};
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");
	CHECK(node_feed_class(b.n, &a.n->own->row.key) == 0);
	CHECK(node_feed_class(b.n, &b.n->own->row.key) == 2);
	CHECK(node_feed_class(a.n, &b.n->own->row.key) == 3);
	CHECK_OK(node_feed_owner(a.n, &b.n->own->row.key, &owner));
	CHECK(wici_key_equal(&owner, &b.n->keys.identity));
	CHECK_ERR(node_feed_owner(a.n, &nobody, &owner), WICI_NOT_FOUND);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST_MAIN(RUN(random_bytes_are_never_drawn_twice),
	  RUN(a_reply_waits_for_the_commit),
	  RUN(a_pull_commits_by_time_and_a_waiting_client_at_once),
	  RUN(below_the_reserve_nothing_is_written_until_there_is_room_again),
	  RUN(a_disk_that_fills_up_in_a_turn_takes_the_turn_back),
	  RUN(a_disk_that_gives_back_something_else_stops_the_daemon),
	  RUN(two_daemons_do_not_run_on_one_folder),
	  RUN(what_cannot_be_opened_is_refused_with_a_sentence),
	  RUN(the_folder_and_all_in_it_are_the_owners_alone),
	  RUN(held_by_counts_other_members_that_hold_our_head),
	  RUN(feeds_are_pulled_registrar_first_and_strangers_last))
