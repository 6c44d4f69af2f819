/* tests/daemon/test_book.c — What an installation notes for itself lasts. */
#include "daemon/store/book.h"

#include "tests/daemon/test_store.h"

TEST(a_named_value_is_the_last_one_set)
{
	struct box b;
	uint8_t out[4];
	size_t len;
	int64_t v;

	box_open(&b);
	CHECK_ERR(book_get_int(b.s, "cursor", &v), WICI_NOT_FOUND);
	CHECK_ERR(book_get_blob(b.s, "seed", out, 4, &len), WICI_NOT_FOUND);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(book_set_int(b.s, "cursor", 5));
	CHECK_OK(book_set_int(b.s, "cursor", INT64_MIN));
	CHECK_OK(book_set_int(b.s, "curso", 1));
	CHECK_OK(book_set_blob(b.s, "seed", WICI_BYTES("abcd")));
	CHECK_OK(book_set_blob(b.s, "empty", (struct wici_bytes){NULL, 0}));
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);

	CHECK_OK(book_get_int(b.s, "cursor", &v));
	CHECK(v == INT64_MIN);
	CHECK_OK(book_get_blob(b.s, "seed", out, 4, &len));
	CHECK(len == 4 && memcmp(out, "abcd", 4) == 0);
	memset(out, 'x', sizeof(out));
	CHECK_ERR(book_get_blob(b.s, "seed", out, 3, &len), WICI_MORE);
	CHECK(len == 4 && out[0] == 'x');
	CHECK_OK(book_get_blob(b.s, "empty", out, 0, &len));
	CHECK(len == 0);
	/* One name is not read as what it is not. */
	CHECK_ERR(book_get_int(b.s, "seed", &v), WICI_STORE);
	CHECK_ERR(book_get_blob(b.s, "cursor", out, 4, &len), WICI_STORE);
	box_drop(&b);
}

struct peers {
	struct book_peer v[4];
	size_t count;
};

static void note_peer(void *arg, const struct book_peer *p)
{
	struct peers *peers = arg;

	CHECK(peers->count < 4);
	peers->v[peers->count++] = *p;
}

TEST(peers_are_kept_by_address_until_they_are_removed)
{
	struct box b;
	struct book_peer p = {.address = "mlawa.example:8481"};
	struct peers peers = {0};
	char long_address[101];

	memset(long_address, 'a', 100);
	long_address[100] = '\0';
	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(book_put_peer(b.s, &p));
	p.last_contact_ms = 17;
	memset(p.identity.b, 9, sizeof(p.identity.b));
	CHECK_OK(book_put_peer(b.s, &p));
	memcpy(p.address, long_address, sizeof(long_address));
	CHECK_OK(book_put_peer(b.s, &p));
	CHECK_OK(store_commit(b.s));

	CHECK_OK(book_each_peer(b.s, note_peer, &peers));
	CHECK(peers.count == 2);
	CHECK(strcmp(peers.v[0].address, long_address) == 0);
	CHECK(strcmp(peers.v[1].address, "mlawa.example:8481") == 0);
	CHECK(peers.v[1].last_contact_ms == 17);
	CHECK(wici_key_equal(&peers.v[1].identity, &p.identity));

	CHECK_OK(store_begin(b.s));
	CHECK_OK(book_remove_peer(b.s, long_address));
	CHECK_ERR(book_remove_peer(b.s, long_address), WICI_NOT_FOUND);
	CHECK_OK(store_commit(b.s));
	peers.count = 0;
	CHECK_OK(book_each_peer(b.s, note_peer, &peers));
	CHECK(peers.count == 1);
	box_drop(&b);
}

static void count_invite(void *arg, const struct book_invite *i)
{
	size_t *count = arg;

	CHECK(i->token_id[0] == 1 || i->token_id[0] == 2);
	(*count)++;
}

TEST(an_invitation_is_found_by_its_token_in_its_last_state)
{
	struct box b;
	struct book_invite i = {
		.token_id = {1, 2, 3, 4, 5, 6, 7, 8},
		.secret = {16, 15, 14},
		.name = "Miejski Ośrodek Pomocy Społecznej w Mławie",
		.expires = 20000,
		.created_ms = 1732000000123,
	};
	struct book_invite got;
	const uint8_t other[8] = {1, 2, 3};
	size_t count = 0;

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(book_put_invite(b.s, &i));
	i.state = BOOK_INVITE_USED;
	memset(i.identity.b, 3, sizeof(i.identity.b));
	CHECK_OK(book_put_invite(b.s, &i));
	i.token_id[0] = 2;
	i.state = BOOK_INVITE_REVOKED;
	CHECK_OK(book_put_invite(b.s, &i));
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);

	i.token_id[0] = 1;
	CHECK_OK(book_get_invite(b.s, i.token_id, &got));
	CHECK(got.state == BOOK_INVITE_USED);
	CHECK(memcmp(got.token_id, i.token_id, 8) == 0);
	CHECK(memcmp(got.secret, i.secret, 16) == 0);
	CHECK(strcmp(got.name, i.name) == 0);
	CHECK(got.expires == 20000 && got.created_ms == 1732000000123);
	CHECK(wici_key_equal(&got.identity, &i.identity));
	CHECK_ERR(book_get_invite(b.s, other, &got), WICI_NOT_FOUND);
	CHECK_OK(book_each_invite(b.s, count_invite, &count));
	CHECK(count == 2);
	box_drop(&b);
}

static void count_one(void *arg, const struct wici_key *identity)
{
	CHECK(identity->b[31] >= 1);
	(*(int64_t *)arg)++;
}

static int64_t count_held(struct box *b, int64_t feed_n, uint64_t seq)
{
	int64_t count = 0;

	CHECK_OK(book_each_held(b->s, feed_n, seq, count_one, &count));
	return count;
}

TEST(holders_count_once_each_and_up_to_where_they_hold)
{
	struct box b;
	struct wici_key who = {{0}};

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	for (uint8_t i = 1; i <= 5; i++) {
		who.b[31] = i;
		CHECK_OK(book_put_held(b.s, &who, 1, 3));
		CHECK_OK(book_put_held(b.s, &who, 1, (uint64_t)10 * i));
		CHECK_OK(book_put_held(b.s, &who, 2, 1000));
	}
	CHECK_OK(store_commit(b.s));
	CHECK(count_held(&b, 1, 1) == 5);
	CHECK(count_held(&b, 1, 30) == 3);
	CHECK(count_held(&b, 1, 31) == 2);
	CHECK(count_held(&b, 1, 51) == 0);
	CHECK(count_held(&b, 3, 0) == 0);
	box_drop(&b);
}

TEST_MAIN(RUN(a_named_value_is_the_last_one_set),
	  RUN(peers_are_kept_by_address_until_they_are_removed),
	  RUN(an_invitation_is_found_by_its_token_in_its_last_state),
	  RUN(holders_count_once_each_and_up_to_where_they_hold))
