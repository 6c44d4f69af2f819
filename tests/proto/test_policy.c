/* tests/proto/test_policy.c — k of n root keys, and a network's name. */
#include "proto/policy.h"

#include "proto/mp_read.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

/* A statement that the keys numbered in `by` (0 ends) have approved. */
static struct wici_statement approved(const struct net *n, const uint8_t *by)
{
	struct made m = {.s = {.type = WICI_STATEMENT_CHANGE, .id = id_of(9)}};

	for (; *by; by++)
		made_approve(&m, &n->id, *by);
	return m.s;
}

#define BY(...) ((const uint8_t[]){__VA_ARGS__, 0})

static enum wici_err judge(size_t n, uint64_t k, const uint8_t *by)
{
	struct net net_ = net(n, k);
	struct wici_statement s = approved(&net_, by);

	return wici_policy_approves(&net_.policy, &net_.id, &s);
}

TEST(enough_root_keys_approve)
{
	CHECK_OK(judge(1, 1, BY(101)));
	CHECK_OK(judge(3, 2, BY(101, 102)));
	CHECK_OK(judge(3, 2, BY(103, 101)));
	CHECK_OK(judge(3, 2, BY(101, 102, 103)));
	CHECK_OK(judge(3, 3, BY(101, 102, 103)));
}

TEST(one_too_few_is_not_enough)
{
	CHECK_ERR(judge(1, 1, (const uint8_t[]){0}), WICI_REJECT_APPROVAL);
	CHECK_ERR(judge(3, 2, BY(102)), WICI_REJECT_APPROVAL);
	CHECK_ERR(judge(3, 3, BY(101, 103)), WICI_REJECT_APPROVAL);
}

TEST(a_key_counts_once_however_often_it_signs)
{
	CHECK_ERR(judge(3, 2, BY(101, 101)), WICI_REJECT_APPROVAL);
	CHECK_ERR(judge(3, 2, BY(101, 101, 101)), WICI_REJECT_APPROVAL);
	CHECK_OK(judge(3, 2, BY(101, 101, 102)));
}

TEST(foreign_signers_are_ignored)
{
	CHECK_ERR(judge(3, 2, BY(101, 50)), WICI_REJECT_APPROVAL);
	CHECK_ERR(judge(3, 2, BY(50, 51, 52)), WICI_REJECT_APPROVAL);
	CHECK_OK(judge(3, 2, BY(101, 50, 102)));
}

/* A choice between rivals needs all of them. */
TEST(approvals_are_counted_beyond_the_threshold)
{
	struct net n = net(3, 2);
	struct wici_statement s = approved(&n, BY(50, 103, 101, 102, 101));

	CHECK(wici_policy_count(&n.policy, &n.id, &s) == 3);
	s.sigs[1].sig.b[7] ^= 1;
	CHECK(wici_policy_count(&n.policy, &n.id, &s) == 2);
	s.sigs_count = 1;
	CHECK(wici_policy_count(&n.policy, &n.id, &s) == 0);
}

TEST(a_root_keys_name_over_anothers_signature_is_nothing)
{
	struct net n = net(3, 2);
	struct wici_statement s = approved(&n, BY(101, 50));

	s.sigs[1].key = pair(102).key;
	CHECK_ERR(wici_policy_approves(&n.policy, &n.id, &s),
		  WICI_REJECT_APPROVAL);
}

TEST(an_approval_is_for_one_change_of_one_network)
{
	struct net n = net(1, 1);
	struct net other = net(3, 2);
	struct wici_statement s = approved(&n, BY(101));

	CHECK_OK(wici_policy_approves(&n.policy, &n.id, &s));
	CHECK_ERR(wici_policy_approves(&n.policy, &other.id, &s),
		  WICI_REJECT_APPROVAL);
	s.id.b[0] ^= 1;
	CHECK_ERR(wici_policy_approves(&n.policy, &n.id, &s),
		  WICI_REJECT_APPROVAL);
}

TEST(every_flipped_bit_of_an_approval_is_seen)
{
	struct net n = net(1, 1);
	struct wici_statement s = approved(&n, BY(101));

	for (size_t bit = 0; bit < 8 * sizeof(s.sigs[0].sig.b); bit++) {
		s.sigs[0].sig.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK_ERR(wici_policy_approves(&n.policy, &n.id, &s),
			  WICI_REJECT_APPROVAL);
		s.sigs[0].sig.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	CHECK_OK(wici_policy_approves(&n.policy, &n.id, &s));
}

TEST(the_order_of_keys_does_not_matter)
{
	struct wici_key a[3] = {pair(1).key, pair(2).key, pair(3).key};
	struct wici_key b[3] = {pair(3).key, pair(1).key, pair(2).key};
	struct wici_policy p, q;

	CHECK_OK(wici_policy_init(&p, a, 3, 2));
	CHECK_OK(wici_policy_init(&q, b, 3, 2));
	CHECK(memcmp(p.keys, q.keys, sizeof(a)) == 0);
	CHECK(p.version == 1 && p.keys_count == 3 && p.threshold == 2);
}

TEST(a_threshold_is_more_than_half_and_can_be_reached)
{
	struct wici_key keys[WICI_POLICY_KEYS_MAX + 1];
	struct wici_policy p;

	for (uint8_t i = 0; i <= WICI_POLICY_KEYS_MAX; i++)
		keys[i] = pair(i).key;
	for (size_t n = 0; n <= WICI_POLICY_KEYS_MAX + 1; n++) {
		for (uint64_t k = 0; k <= n + 1; k++) {
			bool good = n >= 1 && n <= 16 && k <= n && 2 * k > n;

			CHECK(wici_policy_init(&p, keys, n, k) ==
			      (good ? WICI_OK : WICI_BAD_FIELD));
		}
	}
}

TEST(a_doubled_or_bad_key_makes_no_policy)
{
	struct wici_key keys[2] = {pair(1).key, pair(1).key};
	struct wici_policy p;

	CHECK_ERR(wici_policy_init(&p, keys, 2, 2), WICI_BAD_FIELD);
	memset(&keys[1], 0, sizeof(keys[1])); /* A point of small order. */
	CHECK_ERR(wici_policy_init(&p, keys, 2, 2), WICI_BAD_FIELD);
}

static struct wici_bytes encode(uint8_t *buf, size_t max,
				const struct wici_policy *p)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_policy_encode(&w, p);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(what_was_encoded_is_decoded_and_no_part_of_it)
{
	struct net n = net(3, 2);
	struct wici_policy back;
	uint8_t buf[1024];
	struct wici_bytes b = encode(buf, sizeof(buf), &n.policy);

	CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, b, NULL));
	CHECK_OK(wici_policy_decode(&back, b));
	CHECK(back.version == 1 && back.threshold == 2 && back.keys_count == 3);
	CHECK(memcmp(back.keys, n.policy.keys, sizeof(back.keys)) == 0);
	for (size_t len = 0; len < b.len; len++)
		CHECK_ERR(wici_policy_decode(&back,
					     (struct wici_bytes){b.p, len}),
			  WICI_REJECT_STATEMENT);
	buf[b.len] = 0;
	CHECK_ERR(
		wici_policy_decode(&back, (struct wici_bytes){b.p, b.len + 1}),
		WICI_REJECT_STATEMENT);
}

static enum wici_err decode_again(struct wici_policy p)
{
	struct wici_policy back;
	uint8_t buf[1024];

	return wici_policy_decode(&back, encode(buf, sizeof(buf), &p));
}

TEST(a_policy_that_could_not_be_made_is_not_read_either)
{
	struct wici_policy good = net(3, 2).policy;
	struct wici_policy p;

	CHECK_OK(decode_again(good));
	p = good;
	p.version = 0;
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p = good;
	p.threshold = 1;
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p.threshold = 4;
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p = good;
	p.keys_count = 0;
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p = good;
	p.keys[1] = p.keys[0];
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p = good;
	p.keys[0] = good.keys[1];
	p.keys[1] = good.keys[0];
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
	p = good;
	memset(&p.keys[0], 0, sizeof(p.keys[0]));
	CHECK_ERR(decode_again(p), WICI_REJECT_STATEMENT);
}

TEST(a_networks_name_for_ever_hangs_on_all_it_was_founded_with)
{
	struct net n = net(3, 2);
	struct wici_salt salt = {{1, 2, 4}};
	struct wici_policy p = n.policy;
	struct wici_id id;

	CHECK_OK(wici_network_id(&id, &p, WICI_BYTES("Sieć OSL"), &n.salt));
	CHECK(wici_id_equal(&id, &n.id));
	CHECK_OK(wici_network_id(&id, &p, WICI_BYTES("Sieć osl"), &n.salt));
	CHECK(!wici_id_equal(&id, &n.id));
	CHECK_OK(wici_network_id(&id, &p, WICI_BYTES("Sieć OSL"), &salt));
	CHECK(!wici_id_equal(&id, &n.id));
	p.threshold = 3;
	CHECK_OK(wici_network_id(&id, &p, WICI_BYTES("Sieć OSL"), &n.salt));
	CHECK(!wici_id_equal(&id, &n.id));
}

/* Computed apart from our writer: the bytes are spelled out. */
TEST(a_network_id_is_the_hash_of_exactly_these_bytes)
{
	struct wici_key key = pair(101).key;
	struct wici_salt salt = {{5}};
	struct wici_policy p;
	struct wici_id id, want;
	struct wici_hash h;

	CHECK_OK(wici_policy_init(&p, &key, 1, 1));
	CHECK_OK(wici_network_id(&id, &p, WICI_BYTES("N"), &salt));
	wici_hash_init(&h, WICI_DOMAIN_NETWORK);
	wici_hash_update(&h, "\x83\xa4name\xa1N\xa6policy\x83\xa4keys\x91\xc4 ",
			 24);
	wici_hash_update(&h, key.b, 32);
	wici_hash_update(&h, "\xa9threshold\x01\xa7version\x01\xa4salt\xc4\x10",
			 27);
	wici_hash_update(&h, salt.b, 16);
	want = wici_hash_final(&h);
	CHECK(wici_id_equal(&id, &want));
}

TEST(a_networks_name_is_one_line_of_at_most_200_bytes)
{
	struct net n = net(1, 1);
	char name[201];
	struct wici_id id;

	memset(name, 'a', sizeof(name));
	CHECK_OK(wici_network_id(&id, &n.policy,
				 (struct wici_bytes){(uint8_t *)name, 200},
				 &n.salt));
	CHECK_ERR(wici_network_id(&id, &n.policy,
				  (struct wici_bytes){(uint8_t *)name, 201},
				  &n.salt),
		  WICI_BAD_FIELD);
	CHECK_ERR(wici_network_id(&id, &n.policy, WICI_BYTES(""), &n.salt),
		  WICI_BAD_FIELD);
	CHECK_ERR(wici_network_id(&id, &n.policy, WICI_BYTES("a\nb"), &n.salt),
		  WICI_BAD_FIELD);
}

TEST_MAIN(RUN(enough_root_keys_approve), RUN(one_too_few_is_not_enough),
	  RUN(a_key_counts_once_however_often_it_signs),
	  RUN(foreign_signers_are_ignored),
	  RUN(approvals_are_counted_beyond_the_threshold),
	  RUN(a_root_keys_name_over_anothers_signature_is_nothing),
	  RUN(an_approval_is_for_one_change_of_one_network),
	  RUN(every_flipped_bit_of_an_approval_is_seen),
	  RUN(the_order_of_keys_does_not_matter),
	  RUN(a_threshold_is_more_than_half_and_can_be_reached),
	  RUN(a_doubled_or_bad_key_makes_no_policy),
	  RUN(what_was_encoded_is_decoded_and_no_part_of_it),
	  RUN(a_policy_that_could_not_be_made_is_not_read_either),
	  RUN(a_networks_name_for_ever_hangs_on_all_it_was_founded_with),
	  RUN(a_network_id_is_the_hash_of_exactly_these_bytes),
	  RUN(a_networks_name_is_one_line_of_at_most_200_bytes))
