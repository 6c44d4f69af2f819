/* tests/proto/test_change_view.c — What a change does is told whole: who
 * approves it must see every op, and whose it is. */
#include "proto/change_view.h"

#include "proto/mp_read.h"

#include "tests/test.h"

static const struct wici_id network = {{1}};
static const struct wici_id prev = {{2}};
static const struct wici_key somebody = {{7}};
static const struct wici_head at = {.feed = {{9}}, .seq = 4, .id = {{3}}};

static struct wici_policy a_policy(void)
{
	struct wici_policy p;
	struct wici_secret secret;
	struct wici_key key;
	uint8_t seed[32] = {5};

	wici_key_pair(&key, &secret, seed);
	CHECK_OK(wici_policy_init(&p, &key, 1, 1));
	p.version = 2;
	return p;
}

/* Every op of a version above 1 but the choice, which stands alone. */
static void write_all(struct wici_mp_writer *w)
{
	const struct wici_feed_row row = {at, true};
	const struct wici_issuer issuer = {.scheme = "osl",
					   .identity = somebody,
					   .at = at,
					   .token_key = somebody};
	const struct wici_head before = {{{8}}, 2, {{6}}};
	const struct wici_revoked revoked = {{{4}}, 20000};
	const struct wici_witness witness = {at.feed, somebody};
	const struct wici_quota quota = {at.feed, 5, 6};
	const struct wici_relay relay = {somebody, 1, {"a.pl:1"}};
	const struct wici_policy policy = a_policy();

	wici_change_begin(w, &network, 13);
	wici_op_registrar(w, &at, &before, 1);
	wici_op_issuers(w, "2030-01-31", &issuer, 1);
	wici_op_member(w, WICI_OP_SUSPEND, &somebody, NULL, &row, 1);
	wici_op_member(w, WICI_OP_REKEY, &somebody, &somebody, &row, 1);
	wici_op_member(w, WICI_OP_REINSTATE, &somebody, &somebody, &row, 1);
	wici_op_policy(w, &policy);
	wici_op_revoke(w, &revoked, 1);
	wici_op_lift(w, &revoked.certificate, 1);
	wici_op_witnesses(w, 1, &witness, 1);
	wici_op_quotas(w, &quota, 1);
	wici_op_relays(w, &relay, 1);
	wici_op_feeds(w, &row, 1);
	wici_mp_map(w, 1);
	wici_mp_str(w, "op");
	wici_mp_uint(w, 30);
	wici_change_end(w, &prev, 5);
}

struct viewed {
	uint8_t body[4000], view[8000];
	struct wici_bytes bytes;
	struct wici_mp_reader r;
	uint32_t count;
};

static void view(struct viewed *v, void (*write)(struct wici_mp_writer *w),
		 const struct wici_change_names *names)
{
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct wici_mp_writer w;
	struct wici_change c;
	struct wici_mp head;

	wici_mp_writer_init(&w, v->body, sizeof(v->body));
	write(&w);
	CHECK_OK(wici_mp_written(&w, &s.body));
	CHECK_OK(wici_change_decode(&c, &s));
	wici_mp_writer_init(&w, v->view, sizeof(v->view));
	wici_change_view(&w, &c, names);
	CHECK_OK(wici_mp_written(&w, &v->bytes));
	/* Each count that was written is the one that follows. */
	CHECK_OK(wici_mp_check(WICI_MP_LENIENT, v->bytes, NULL));
	wici_mp_reader_init(&v->r, WICI_MP_LENIENT, v->bytes);
	CHECK_OK(wici_mp_expect(&v->r, WICI_MP_ARRAY, &head));
	v->count = head.count;
}

/* The next op's own bytes; its name is this. */
static struct wici_bytes next(struct viewed *v, const char *name)
{
	struct wici_mp_reader r;
	struct wici_bytes op, value;
	struct wici_mp text;

	CHECK_OK(wici_mp_skip(&v->r, &op));
	CHECK_OK(wici_mp_find(WICI_MP_LENIENT, op, "op", &value));
	wici_mp_reader_init(&r, WICI_MP_LENIENT, value);
	CHECK_OK(wici_mp_expect(&r, WICI_MP_STR, &text));
	CHECK(wici_bytes_is(text.bytes, name));
	return op;
}

static bool mentions(struct wici_bytes op, const char *text)
{
	return memmem(op.p, op.len, text, strlen(text)) != NULL;
}

TEST(every_op_is_told_and_what_is_not_known_too)
{
	static const char *const names[] = {
		"registrar", "issuers", "suspend",   "rekey",  "reinstate",
		"policy",    "revoke",  "witnesses", "quotas", "relays",
		"lift",      "feeds",   "unknown",
	};
	struct viewed v;

	view(&v, write_all, NULL);
	CHECK(v.count == sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < v.count; i++)
		(void)next(&v, names[i]);
	CHECK(wici_mp_is_end(&v.r));
}

static void write_choice(struct wici_mp_writer *w)
{
	wici_change_begin(w, &network, 1);
	wici_op_stands(w, &prev);
	wici_change_end(w, &prev, 5);
}

TEST(a_choice_names_the_change_that_stands)
{
	struct viewed v;

	view(&v, write_choice, NULL);
	CHECK(v.count == 1);
	CHECK(mentions(next(&v, "stands"), "02000000"));
}

static const char *name_of(const void *arg, const struct wici_key *key)
{
	CHECK(arg == &network);
	return key->b[0] == 7 || key->b[0] == 9 ? "MOPS" : NULL;
}

TEST(names_stand_beside_keys_and_never_in_their_stead)
{
	const struct wici_change_names names = {name_of, name_of, &network};
	struct wici_bytes op;
	struct viewed v;

	view(&v, write_all, &names);
	op = next(&v, "registrar");
	CHECK(mentions(op, "MOPS") && mentions(op, "0900") &&
	      mentions(op, "0800"));
	op = next(&v, "issuers");
	CHECK(mentions(op, "2030-01-31") && mentions(op, "0700"));
	CHECK(mentions(next(&v, "suspend"), "MOPS"));
}

TEST_MAIN(RUN(every_op_is_told_and_what_is_not_known_too),
	  RUN(a_choice_names_the_change_that_stands),
	  RUN(names_stand_beside_keys_and_never_in_their_stead))
