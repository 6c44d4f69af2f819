/* tests/proto/test_fork.c — A proof of a fork is believed by every node for
 * ever: nobody can make one who does not hold the feed's key. */
#include "proto/fork.h"

#include "tests/proto/vectors.h"
#include "tests/test.h"

static const uint8_t seed[32] = {1, 2, 3};
static const struct wici_id network = {{7}};

struct feed {
	struct wici_key key;
	struct wici_secret secret;
};

static void scalar_of(uint8_t a[32], const uint8_t s[32])
{
	uint8_t h[64];

	crypto_hash_sha512(h, s, 32);
	memcpy(a, h, 32);
	a[0] &= 248;
	a[31] = (uint8_t)((a[31] & 127) | 64);
}

static struct feed feed_of(const uint8_t s[32])
{
	struct feed f;

	wici_key_pair(&f.key, &f.secret, s);
	return f;
}

static void sign(struct wici_fork_side *s, const struct feed *f)
{
	uint8_t b[WICI_HEADER_LEN];

	wici_header_encode(b, &s->header);
	wici_sign(&s->sig, WICI_DOMAIN_ENTRY, &network,
		  (struct wici_bytes){b, sizeof(b)}, &f->secret);
}

/* The k of Ed25519: hash of R, key and what is signed. */
static void challenge(uint8_t k[32], const struct wici_fork_side *s)
{
	uint8_t m[WICI_DOMAIN_LEN + WICI_ID_LEN + WICI_HEADER_LEN];
	crypto_hash_sha512_state state;
	uint8_t hash[64];

	memcpy(m, wici_domain(WICI_DOMAIN_ENTRY), WICI_DOMAIN_LEN);
	memcpy(m + 16, network.b, WICI_ID_LEN);
	wici_header_encode(m + 48, &s->header);
	(void)crypto_hash_sha512_init(&state);
	(void)crypto_hash_sha512_update(&state, s->sig.b, 32);
	(void)crypto_hash_sha512_update(&state, s->header.feed.b, 32);
	(void)crypto_hash_sha512_update(&state, m, sizeof(m));
	(void)crypto_hash_sha512_final(&state, hash);
	crypto_core_ed25519_scalar_reduce(k, hash);
}

/* Signs with a nonce of its own, again and again until k is a multiple of 8:
 * then what is added to the key of small order does not show in the equation. */
static void sign_by_hand(struct wici_fork_side *s, const uint8_t scalar[32])
{
	uint8_t r[32], k[32];

	do {
		crypto_core_ed25519_scalar_random(r);
		CHECK(crypto_scalarmult_ed25519_base_noclamp(s->sig.b, r) == 0);
		challenge(k, s);
	} while (k[0] & 7);
	crypto_core_ed25519_scalar_mul(k, k, scalar);
	crypto_core_ed25519_scalar_add(s->sig.b + 32, k, r);
}

/* Entry 5 of the feed, and what tells it from another. */
static struct wici_fork_side side(const struct feed *f, int64_t time_ms)
{
	struct wici_fork_side s = {.header = {.version = WICI_ENTRY_VERSION,
					      .kind = 48,
					      .seq = 5,
					      .feed = f->key,
					      .prev = {{9, 9}},
					      .time_ms = time_ms,
					      .payload_len = 10}};

	sign(&s, f);
	return s;
}

/* A statement as anybody may send it, whatever stands in it. */
struct sent {
	uint8_t body[1024];
	struct wici_statement s;
};

static void put_side(struct wici_mp_writer *w, const char *key,
		     const struct wici_fork_side *s)
{
	uint8_t b[184];

	wici_header_encode(b, &s->header);
	memcpy(b + WICI_HEADER_LEN, s->sig.b, WICI_SIG_LEN);
	wici_mp_str(w, key);
	wici_mp_bin(w, b, sizeof(b));
}

static void sent_body(struct sent *sent, struct wici_bytes body)
{
	memset(&sent->s, 0, sizeof(sent->s));
	sent->s.type = WICI_STATEMENT_FORK;
	sent->s.body = body;
	sent->s.id = wici_hash_bytes(WICI_DOMAIN_FORK, body);
}

static void send_sides(struct sent *sent, const struct wici_fork_side *a,
		       const struct wici_fork_side *b)
{
	struct wici_mp_writer w;
	struct wici_bytes body;

	wici_mp_writer_init(&w, sent->body, sizeof(sent->body));
	wici_mp_map(&w, 2);
	put_side(&w, "a", a);
	put_side(&w, "b", b);
	CHECK_OK(wici_mp_written(&w, &body));
	sent_body(sent, body);
}

/* Neither made here nor believed from elsewhere, in whichever order. */
static void check_no_fork(const struct wici_fork_side *one,
			  const struct wici_fork_side *other)
{
	uint8_t buf[1024];
	struct wici_mp_writer w;
	struct wici_fork f;
	struct sent sent;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	CHECK(wici_fork_make(&w, one, other, &network, &f) != WICI_OK);
	CHECK(w.len == 0);
	send_sides(&sent, one, other);
	CHECK(wici_fork_decode(&f, &sent.s, &network) != WICI_OK);
	send_sides(&sent, other, one);
	CHECK(wici_fork_decode(&f, &sent.s, &network) != WICI_OK);
}

static void make(const struct wici_fork_side *one,
		 const struct wici_fork_side *other, struct wici_fork *made,
		 struct wici_statement *s)
{
	static uint8_t buf[2][1024];
	static int turn;
	struct wici_mp_writer w;
	struct wici_bytes b;

	turn = !turn; /* The one before stays readable. */
	wici_mp_writer_init(&w, buf[turn], sizeof(buf[turn]));
	CHECK_OK(wici_fork_make(&w, one, other, &network, made));
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK_OK(wici_statement_decode(s, b));
	CHECK(wici_id_equal(&s->id, &made->id));
}

TEST(two_entries_of_one_place_are_a_proof_whoever_came_first)
{
	struct feed f = feed_of(seed);
	struct wici_fork_side one = side(&f, 1), other = side(&f, 2);
	struct wici_statement s, swapped;
	struct wici_fork made, again, back;

	make(&one, &other, &made, &s);
	make(&other, &one, &again, &swapped);
	CHECK(wici_bytes_equal(s.body, swapped.body));
	CHECK(wici_id_equal(&s.id, &swapped.id));
	CHECK(s.type == WICI_STATEMENT_FORK && s.sigs_count == 0);
	CHECK_OK(wici_fork_decode(&back, &s, &network));
	CHECK(wici_id_equal(&back.id, &made.id));
	CHECK(wici_key_equal(&back.feed, &f.key));
	CHECK(back.seq == 5 && back.prev.b[0] == 9);
	CHECK(back.a.header.time_ms + back.b.header.time_ms == 3);
	CHECK(memcmp(back.a.sig.b, made.a.sig.b, WICI_SIG_LEN) == 0);
	CHECK(memcmp(back.b.sig.b, made.b.sig.b, WICI_SIG_LEN) == 0);
}

/* RFC 8032 signs a header in one way only; who holds the key can sign in
 * another, and has then made two entries. */
TEST(one_header_with_two_valid_signatures_is_a_fork_too)
{
	struct feed f = feed_of(seed);
	struct wici_fork_side one = side(&f, 1), other = one;
	struct wici_statement s;
	struct wici_fork made, back;
	uint8_t scalar[32];

	scalar_of(scalar, seed);
	sign_by_hand(&other, scalar);
	CHECK(memcmp(one.sig.b, other.sig.b, WICI_SIG_LEN) != 0);
	make(&one, &other, &made, &s);
	CHECK_OK(wici_fork_decode(&back, &s, &network));
	CHECK(back.seq == 5 && wici_key_equal(&back.feed, &f.key));
}

/* n is added as often as it goes into 256 bits. */
static bool has_added(uint8_t s[32], const uint8_t n[32])
{
	unsigned carry = 0;

	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)s[i] + n[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry == 0;
}

/* What anybody can make of a signature he has seen: S + L, S + 2L, …; an R or
 * an S of the vectors that are not valid; R and a point of small order. */
TEST(no_malleated_signature_frames_an_honest_feed)
{
	struct feed f = feed_of(seed);
	const struct wici_fork_side honest = side(&f, 1);
	struct wici_fork_side bad;
	struct vector v = {0};
	struct wici_sig sig;
	int cases = 0, added = 0;

	check_no_fork(&honest, &honest);
	while (vector_next(&v, "tests/vectors/ed25519.hex")) {
		vector_copy(&v, "signature", sig.b, sizeof(sig.b));
		bad = honest;
		bad.sig = sig;
		check_no_fork(&honest, &bad);
		bad = honest;
		memcpy(bad.sig.b, sig.b, 32); /* Its R. */
		check_no_fork(&honest, &bad);
		bad = honest;
		memcpy(bad.sig.b + 32, sig.b + 32, 32); /* Its S. */
		check_no_fork(&honest, &bad);
		bad = honest; /* R + R, of small order in some. */
		if (crypto_core_ed25519_add(bad.sig.b, honest.sig.b, sig.b) ==
			    0 &&
		    memcmp(bad.sig.b, honest.sig.b, 32) != 0)
			check_no_fork(&honest, &bad);
		cases++;
		if (strcmp(v.name, "s_is_l") != 0)
			continue;
		bad = honest;
		for (; has_added(bad.sig.b + 32, sig.b + 32); added++)
			check_no_fork(&honest, &bad);
	}
	CHECK(cases >= 30 && added >= 14);
	for (size_t bit = 0; bit < 8 * sizeof(bad.sig.b); bit++) {
		bad = honest;
		bad.sig.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		check_no_fork(&honest, &bad);
	}
}

/* Under a key of small order anybody signs; under one of mixed order two
 * libraries may disagree. Neither was ever the key of a feed that counts. */
TEST(a_feed_whose_key_is_no_good_one_has_no_proofs)
{
	static const uint8_t nothing[32];
	struct feed f = feed_of(seed);
	struct wici_fork_side one, other;
	struct vector v = {0};
	uint8_t point[32], scalar[32];
	int small = 0, mixed = 0;

	scalar_of(scalar, seed);
	while (vector_next(&v, "tests/vectors/ed25519.hex")) {
		if (vector_number(&v, "key_is_valid"))
			continue;
		vector_copy(&v, "key", point, sizeof(point));
		one = side(&f, 1);
		memcpy(one.header.feed.b, point, sizeof(point));
		other = one;
		other.header.time_ms = 2;
		sign_by_hand(&one, nothing);
		sign_by_hand(&other, nothing);
		check_no_fork(&one, &other);
		small++;
		/* The honest key and a point of order 2, 4 or 8. */
		if (strncmp(v.name, "key_order_", 10) != 0 ||
		    strchr("248", v.name[10]) == NULL || v.name[11] != '\0')
			continue;
		CHECK(crypto_core_ed25519_add(one.header.feed.b, f.key.b,
					      point) == 0);
		other.header.feed = one.header.feed;
		sign_by_hand(&one, scalar);
		sign_by_hand(&other, scalar);
		CHECK_OK(wici_entry_verify(&one.header, &one.sig, &network));
		CHECK_OK(
			wici_entry_verify(&other.header, &other.sig, &network));
		check_no_fork(&one, &other);
		mixed++;
	}
	CHECK(small >= 8 && mixed == 3);
}

TEST(entries_of_two_feeds_places_or_pasts_are_no_fork)
{
	static const uint8_t other_seed[32] = {4};
	struct feed f = feed_of(seed), other_feed = feed_of(other_seed);
	struct wici_fork_side one = side(&f, 1), other = side(&f, 2);
	struct wici_mp_writer w;
	struct wici_fork made;
	uint8_t buf[1024];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	CHECK_ERR(wici_fork_make(&w, &one, &one, &network, &made),
		  WICI_REJECT_CHAIN);
	other.header.seq = 6;
	sign(&other, &f);
	CHECK_ERR(wici_fork_make(&w, &one, &other, &network, &made),
		  WICI_REJECT_CHAIN);
	check_no_fork(&one, &other);
	other = side(&f, 2);
	other.header.prev.b[31] = 1;
	sign(&other, &f);
	CHECK_ERR(wici_fork_make(&w, &one, &other, &network, &made),
		  WICI_REJECT_CHAIN);
	check_no_fork(&one, &other);
	other = side(&other_feed, 2);
	CHECK_ERR(wici_fork_make(&w, &one, &other, &network, &made),
		  WICI_REJECT_CHAIN);
	check_no_fork(&one, &other);
}

/* Such an entry ends its feed on every node; it is not evidence. */
TEST(a_header_beyond_the_limits_proves_nothing)
{
	struct feed f = feed_of(seed);
	struct wici_fork_side one = side(&f, 1), other = side(&f, 2);

	other.header.version = 2;
	sign(&other, &f);
	check_no_fork(&one, &other);
	other = side(&f, 2);
	other.header.payload_len = WICI_PAYLOAD_LEN_MAX + 1;
	sign(&other, &f);
	check_no_fork(&one, &other);
	one.header.seq = other.header.seq = WICI_SEQ_MAX + 1;
	other.header.payload_len = 10;
	sign(&one, &f);
	sign(&other, &f);
	check_no_fork(&one, &other);
	one.header.seq = other.header.seq = 0;
	sign(&one, &f);
	sign(&other, &f);
	check_no_fork(&one, &other);
}

TEST(a_proof_counts_in_its_network_alone)
{
	struct feed f = feed_of(seed);
	struct wici_fork_side one = side(&f, 1), other = side(&f, 2);
	struct wici_id other_network = {{8}};
	struct wici_statement s;
	struct wici_fork made;

	make(&one, &other, &made, &s);
	CHECK_ERR(wici_fork_decode(&made, &s, &other_network),
		  WICI_REJECT_SIGNATURE);
}

TEST(a_proof_stands_in_one_form_only)
{
	struct feed f = feed_of(seed);
	struct wici_fork_side one = side(&f, 1), other = side(&f, 2);
	struct wici_statement s;
	struct wici_fork made, back;
	struct sent sent;
	uint8_t body[512];

	make(&one, &other, &made, &s);
	CHECK(s.body.len < sizeof(body));
	memcpy(body, s.body.p, s.body.len);
	for (size_t len = 0; len < s.body.len; len++) {
		sent_body(&sent, (struct wici_bytes){body, len});
		CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
			  WICI_REJECT_STATEMENT);
	}
	sent_body(&sent, (struct wici_bytes){body, s.body.len + 1});
	CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
		  WICI_REJECT_STATEMENT);
	for (size_t i = 0; i < s.body.len; i++) {
		body[i] ^= 0x20;
		sent_body(&sent, (struct wici_bytes){body, s.body.len});
		CHECK(wici_fork_decode(&back, &sent.s, &network) != WICI_OK);
		body[i] ^= 0x20;
	}
	send_sides(&sent, &made.a, &made.b);
	CHECK_OK(wici_fork_decode(&back, &sent.s, &network));
	send_sides(&sent, &made.b, &made.a);
	CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
		  WICI_REJECT_STATEMENT);
	send_sides(&sent, &made.a, &made.a);
	CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
		  WICI_REJECT_STATEMENT);
	send_sides(&sent, &made.a, &made.b);
	sent.s.type = WICI_STATEMENT_CHANGE;
	CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
		  WICI_REJECT_STATEMENT);
	sent.s.type = WICI_STATEMENT_FORK;
	sent.s.sigs_count = 1;
	CHECK_ERR(wici_fork_decode(&back, &sent.s, &network),
		  WICI_REJECT_STATEMENT);
}

/* All nodes keep the same one, in whatever order the proofs came. */
TEST(of_two_proofs_the_earlier_fork_that_is_not_beyond_dispute_is_kept)
{
	struct wici_fork early = {.id = {{9}}, .seq = 5};
	struct wici_fork late = {.id = {{1}}, .seq = 8};
	struct wici_fork twin = {.id = {{2}}, .seq = 8};

	CHECK(wici_fork_better(&early, &late, 0));
	CHECK(!wici_fork_better(&late, &early, 0));
	CHECK(wici_fork_better(&early, &late, 4));
	/* The root names entry 5: what is at or below it stands. */
	CHECK(!wici_fork_better(&early, &late, 5));
	CHECK(wici_fork_better(&late, &early, 5));
	CHECK(wici_fork_better(&late, &early, 7));
	/* Both are evidence only. */
	CHECK(wici_fork_better(&early, &late, 8));
	CHECK(wici_fork_better(&late, &twin, 0));
	CHECK(!wici_fork_better(&twin, &late, 0));
	CHECK(!wici_fork_better(&late, &late, 0));
}

TEST_MAIN(
	RUN(two_entries_of_one_place_are_a_proof_whoever_came_first),
	RUN(one_header_with_two_valid_signatures_is_a_fork_too),
	RUN(no_malleated_signature_frames_an_honest_feed),
	RUN(a_feed_whose_key_is_no_good_one_has_no_proofs),
	RUN(entries_of_two_feeds_places_or_pasts_are_no_fork),
	RUN(a_header_beyond_the_limits_proves_nothing),
	RUN(a_proof_counts_in_its_network_alone),
	RUN(a_proof_stands_in_one_form_only),
	RUN(of_two_proofs_the_earlier_fork_that_is_not_beyond_dispute_is_kept))
