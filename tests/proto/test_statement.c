/* tests/proto/test_statement.c — One form of a statement, and no other. */
#include "proto/statement.h"

#include "proto/mp_read.h"
#include "tests/test.h"

static void make(struct wici_statement *s, uint64_t type, size_t sigs)
{
	*s = (struct wici_statement){.type = type, .sigs_count = sigs};
	s->body = WICI_BYTES("\x80");
	for (size_t i = 0; i < sigs; i++) {
		memset(&s->sigs[i], (int)(i + 1), sizeof(s->sigs[i]));
		s->sigs[i].sig.b[0] = 0xff;
	}
}

static struct wici_bytes encode(uint8_t *buf, size_t max,
				const struct wici_statement *s)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_statement_encode(&w, s);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(what_was_encoded_is_decoded_with_every_number_of_signers)
{
	struct wici_statement s, back;
	uint8_t buf[4096];
	struct wici_bytes b;

	for (size_t sigs = 0; sigs <= WICI_STATEMENT_SIGS_MAX; sigs++) {
		make(&s, WICI_STATEMENT_CHANGE, sigs);
		b = encode(buf, sizeof(buf), &s);
		CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, b, NULL));
		CHECK_OK(wici_statement_decode(&back, b));
		CHECK(back.type == s.type && back.sigs_count == sigs);
		CHECK(wici_bytes_equal(back.body, s.body));
		CHECK(memcmp(back.sigs, s.sigs, sigs * sizeof(s.sigs[0])) == 0);
	}
}

TEST(more_approvals_do_not_make_another_statement)
{
	struct wici_statement one, two;
	uint8_t buf[4096];

	make(&one, WICI_STATEMENT_CHANGE, 1);
	CHECK_OK(wici_statement_decode(&one, encode(buf, sizeof(buf), &one)));
	make(&two, WICI_STATEMENT_CHANGE, 3);
	CHECK_OK(wici_statement_decode(&two, encode(buf, sizeof(buf), &two)));
	CHECK(wici_id_equal(&one.id, &two.id));
	make(&two, WICI_STATEMENT_CHANGE, 1);
	two.body = WICI_BYTES("\x81\xa0\x00");
	CHECK_OK(wici_statement_decode(&two, encode(buf, sizeof(buf), &two)));
	CHECK(!wici_id_equal(&one.id, &two.id));
}

TEST(the_id_is_the_hash_of_the_body_under_the_domain_of_the_type)
{
	static const struct {
		uint64_t type;
		enum wici_domain domain;
	} want[] = {{WICI_STATEMENT_CHANGE, WICI_DOMAIN_CHANGE},
		    {WICI_STATEMENT_FORK, WICI_DOMAIN_FORK},
		    {WICI_STATEMENT_ERASE, WICI_DOMAIN_ERASE},
		    {0, WICI_DOMAIN_CHANGE},
		    {4, WICI_DOMAIN_CHANGE},
		    {UINT64_MAX, WICI_DOMAIN_CHANGE}};
	struct wici_statement s;
	struct wici_id id;
	uint8_t buf[4096];

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		make(&s, want[i].type, 1);
		id = wici_hash_bytes(want[i].domain, s.body);
		CHECK_OK(wici_statement_decode(&s,
					       encode(buf, sizeof(buf), &s)));
		CHECK(s.type == want[i].type && wici_id_equal(&s.id, &id));
	}
}

TEST(every_truncation_and_every_addition_is_refused)
{
	struct wici_statement s;
	uint8_t buf[4096];
	struct wici_bytes b;

	make(&s, WICI_STATEMENT_FORK, 2);
	b = encode(buf, sizeof(buf), &s);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = test_malloc(len ? len : 1);

		memcpy(copy, buf, len);
		CHECK_ERR(wici_statement_decode(&s,
						(struct wici_bytes){copy, len}),
			  WICI_REJECT_STATEMENT);
		test_free(copy);
	}
	buf[b.len] = 0;
	b.len++;
	CHECK_ERR(wici_statement_decode(&s, b), WICI_REJECT_STATEMENT);
}

TEST(signers_ascend_and_none_stands_twice)
{
	struct wici_statement s;
	struct wici_signer first;
	uint8_t buf[4096];

	make(&s, WICI_STATEMENT_CHANGE, 3);
	first = s.sigs[0];
	s.sigs[0] = s.sigs[1];
	CHECK_ERR(wici_statement_decode(&s, encode(buf, sizeof(buf), &s)),
		  WICI_REJECT_STATEMENT);
	make(&s, WICI_STATEMENT_CHANGE, 3);
	s.sigs[2] = first;
	CHECK_ERR(wici_statement_decode(&s, encode(buf, sizeof(buf), &s)),
		  WICI_REJECT_STATEMENT);
}

/* Writes a statement piece by piece, one of them wrong. */
enum wrong {
	NOTHING,
	NO_TYPE,
	ONE_MORE_KEY,
	BODY_IS_STR,
	SHORT_KEY,
	LONG_SIG,
	THREE_IN_SIGNER,
	SIGS_IS_BIN,
	TYPE_IS_NEGATIVE,
	NOT_A_MAP,
	SEVENTEEN,
	WRONG_MAX
};

static struct wici_bytes write_wrong(uint8_t *buf, size_t max, enum wrong how)
{
	static const uint8_t zeroes[65];
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint32_t sigs = how == SEVENTEEN ? 17 : 1;

	wici_mp_writer_init(&w, buf, max);
	if (how == NOT_A_MAP)
		wici_mp_array(&w, 6);
	else
		wici_mp_map(&w, how == NO_TYPE        ? 2
				: how == ONE_MORE_KEY ? 4
						      : 3);
	wici_mp_str(&w, "body");
	if (how == BODY_IS_STR)
		wici_mp_str(&w, "body");
	else
		wici_mp_bin(&w, "body", 4);
	wici_mp_str(&w, "sigs");
	if (how == SIGS_IS_BIN)
		wici_mp_bin(&w, "sigs", 4);
	else
		wici_mp_array(&w, sigs);
	for (uint32_t i = 0; how != SIGS_IS_BIN && i < sigs; i++) {
		uint8_t key[32] = {(uint8_t)i};

		wici_mp_array(&w, how == THREE_IN_SIGNER ? 3 : 2);
		wici_mp_bin(&w, key, how == SHORT_KEY ? 31 : 32);
		wici_mp_bin(&w, zeroes, how == LONG_SIG ? 65 : 64);
		if (how == THREE_IN_SIGNER)
			wici_mp_uint(&w, 0);
	}
	if (how != NO_TYPE) {
		wici_mp_str(&w, "type");
		wici_mp_int(&w, how == TYPE_IS_NEGATIVE ? -1 : 1);
	}
	if (how == ONE_MORE_KEY) {
		wici_mp_str(&w, "zone");
		wici_mp_uint(&w, 0);
	}
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(any_other_shape_is_refused)
{
	struct wici_statement s;
	uint8_t buf[4096];

	for (int how = NOTHING; how < WRONG_MAX; how++) {
		struct wici_bytes b =
			write_wrong(buf, sizeof(buf), (enum wrong)how);

		CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, b, NULL));
		CHECK(wici_statement_decode(&s, b) ==
		      (how == NOTHING ? WICI_OK : WICI_REJECT_STATEMENT));
	}
}

TEST(the_longest_statement_is_taken_and_a_longer_one_is_not)
{
	static uint8_t body[WICI_STATEMENT_LEN_MAX], buf[2 * sizeof(body)];
	struct wici_statement s;
	struct wici_bytes b;
	size_t over;

	make(&s, WICI_STATEMENT_CHANGE, 0);
	s.body = (struct wici_bytes){body, 40000};
	over = encode(buf, sizeof(buf), &s).len - 40000;
	s.body.len = WICI_STATEMENT_LEN_MAX - over;
	b = encode(buf, sizeof(buf), &s);
	CHECK(b.len == WICI_STATEMENT_LEN_MAX);
	CHECK_OK(wici_statement_decode(&s, b));
	s.body = (struct wici_bytes){body, WICI_STATEMENT_LEN_MAX - over + 1};
	CHECK_ERR(wici_statement_decode(&s, encode(buf, sizeof(buf), &s)),
		  WICI_REJECT_STATEMENT);
}

TEST_MAIN(RUN(what_was_encoded_is_decoded_with_every_number_of_signers),
	  RUN(more_approvals_do_not_make_another_statement),
	  RUN(the_id_is_the_hash_of_the_body_under_the_domain_of_the_type),
	  RUN(every_truncation_and_every_addition_is_refused),
	  RUN(signers_ascend_and_none_stands_twice),
	  RUN(any_other_shape_is_refused),
	  RUN(the_longest_statement_is_taken_and_a_longer_one_is_not))
