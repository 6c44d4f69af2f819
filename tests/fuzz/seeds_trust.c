/* tests/fuzz/seeds_trust.c — A payload of every kind, made from its rows; a
 * change of the root with all its ops; a feed that opens, and one that forks;
 * an erasure. */
#include "proto/change.h"
#include "proto/erase.h"
#include "proto/fork.h"
#include "proto/kinds.h"
#include "proto/kinds/feed_open.h"
#include "proto/message.h"
#include "proto/open.h"
#include "proto/run.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seeds.h"

static const struct wici_bytes none;
static const uint8_t ones[64] = {1, 1, 1, 1, 1, 1, 1, 1};

static void write_map(struct wici_mp_writer *w, const struct wici_field *rows,
		      uint16_t flags);

static void write_one(struct wici_mp_writer *w, const struct wici_field *f)
{
	switch (f->type) {
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
		wici_mp_str(w, "osl");
		return;
	case WICI_TYPE_WORD:
		wici_mp_str(w, f->words[0].code);
		return;
	case WICI_TYPE_DAY:
		wici_mp_str(w, "2026-11-21");
		return;
	case WICI_TYPE_WHEN:
		wici_mp_str(w, "2026-11");
		return;
	case WICI_TYPE_UINT:
		wici_mp_uint(w, 300);
		return;
	case WICI_TYPE_BOOL:
		wici_mp_bool(w, true);
		return;
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
		wici_mp_bin(w, ones, WICI_ID_LEN);
		return;
	case WICI_TYPE_BYTES:
		/* Of any length: of one. */
		wici_mp_bin(w, ones, f->len_max ? f->len_max : 1);
		return;
	case WICI_TYPE_PARTY:
		wici_mp_map(w, 1);
		wici_mp_str(w, "name");
		wici_mp_str(w, "MOPS");
		return;
	case WICI_TYPE_FILE:
		wici_mp_map(w, 3);
		wici_mp_str(w, "name");
		wici_mp_str(w, "regulamin.pdf");
		wici_mp_str(w, "root");
		wici_mp_bin(w, ones, WICI_ID_LEN);
		wici_mp_str(w, "size");
		wici_mp_uint(w, 300);
		return;
	case WICI_TYPE_MAP:
		write_map(w, f->sub, 0);
		return;
	}
}

/* The rows that have all these flags. */
static void write_map(struct wici_mp_writer *w, const struct wici_field *rows,
		      uint16_t flags)
{
	uint32_t count = 0;

	for (const struct wici_field *f = rows; f->name; f++)
		count += (f->flags & flags) == flags;
	wici_mp_map(w, count);
	for (const struct wici_field *f = rows; f->name; f++) {
		if ((f->flags & flags) != flags)
			continue;
		wici_mp_str(w, f->name);
		if (f->flags & WICI_LIST)
			wici_mp_array(w, 1);
		write_one(w, f);
	}
}

void seed_payloads(void)
{
	static uint8_t buf[8192];

	for (size_t i = 0; wici_kinds[i]; i++) {
		uint8_t number = (uint8_t)wici_kinds[i]->number;
		int fitting = 0;

		for (uint16_t flags = 0; flags <= WICI_REQUIRED; flags++) {
			struct wici_mp_writer w;
			struct wici_bytes b;
			struct wici_problem problem;

			wici_mp_writer_init(&w, buf, sizeof(buf));
			write_map(&w, wici_kinds[i]->fields, flags);
			MUST(wici_mp_written(&w, &b) == WICI_OK);
			/* All fields at once may be against a rule. */
			if (wici_kind_check(wici_kinds[i], b, &problem))
				continue;
			fitting++;
			seed("payload", (struct wici_bytes){&number, 1}, b);
			seed("mp", none, b);
		}
		MUST(fitting > 0);
	}
}

static void write_change(struct wici_mp_writer *w, struct wici_id *network,
			 const struct wici_key *key)
{
	struct wici_head at = {.feed = *key, .seq = 1, .id = {{7}}};
	struct wici_issuer issuer = {.scheme = "cal",
				     .identity = *key,
				     .at = at,
				     .token_key = *key,
				     .closed_count = 2,
				     .closed = {{.cut = at}, {.cut = at}}};
	struct wici_bytes name = WICI_BYTES("Sieć OSL");
	struct wici_salt salt = {{1}};
	struct wici_policy policy;

	MUST(wici_policy_init(&policy, key, 1, 1) == WICI_OK);
	MUST(wici_network_id(network, &policy, name, &salt) == WICI_OK);
	issuer.closed[0].cut.feed.b[0] ^= 1;
	issuer.closed[1].cut.feed.b[0] ^= 2;
	wici_change_begin(w, network, 3);
	wici_op_found(w, &policy, name, &salt);
	wici_op_registrar(w, &at, NULL, 0);
	wici_op_issuers(w, "2027-12-31", &issuer, 1);
	wici_change_end(w, network, 1);
}

/* Bare, as a statement, and as a peer sends it. */
void seed_statements(void)
{
	static uint8_t body[4096], wire[8192];
	static const uint8_t message = WICI_MSG_STATEMENT, key_seed[32] = {9};
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_id network;
	struct wici_key key;
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_key_pair(&key, &secret, key_seed);
	wici_mp_writer_init(&w, body, sizeof(body));
	write_change(&w, &network, &key);
	MUST(wici_mp_written(&w, &s.body) == WICI_OK);
	seed("statement", none, s.body);
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	wici_change_approve(&s.sigs[0], &network, &s.id, &key, &secret);
	wici_mp_writer_init(&w, wire, sizeof(wire));
	wici_statement_encode(&w, &s);
	MUST(wici_mp_written(&w, &b) == WICI_OK);
	seed("statement", none, b);
	seed("mp", none, b);
	seed("message", (struct wici_bytes){&message, 1}, b);
}

/* The one that fuzz_run and fuzz_statement know. */
static struct wici_id network_known(void)
{
	struct wici_id network;

	for (uint8_t i = 0; i < sizeof(network.b); i++)
		network.b[i] = (uint8_t)(0x40 + i);
	return network;
}

void seed_fork(void)
{
	static uint8_t wire[1024];
	static const uint8_t message = WICI_MSG_STATEMENT, key_seed[32] = {9};
	struct wici_id network = network_known();
	struct wici_fork_side sides[2];
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_fork f;
	struct wici_bytes b;

	for (uint8_t i = 0; i < 2; i++) {
		struct wici_entry e = {.header = {.version = WICI_ENTRY_VERSION,
						  .kind = 48,
						  .seq = 5,
						  .time_ms = i}};

		wici_key_pair(&e.header.feed, &secret, key_seed);
		wici_entry_sign(&e, &network, &secret);
		sides[i] = (struct wici_fork_side){e.header, e.sig};
	}
	wici_mp_writer_init(&w, wire, sizeof(wire));
	MUST(wici_fork_make(&w, &sides[0], &sides[1], &network, &f) == WICI_OK);
	MUST(wici_mp_written(&w, &b) == WICI_OK);
	seed("statement", none, b);
	seed("message", (struct wici_bytes){&message, 1}, b);
}

void seed_erasure(void)
{
	static uint8_t wire[WICI_ERASE_LEN_MAX];
	static const uint8_t message = WICI_MSG_STATEMENT, key_seed[32] = {9};
	struct wici_erase_make make = {.network = network_known()};
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_erase e;
	struct wici_bytes b;

	wici_key_pair(&make.key, &secret, key_seed);
	make.of = (struct wici_head){make.key, 5, make.network};
	make.secret = &secret;
	wici_mp_writer_init(&w, wire, sizeof(wire));
	MUST(wici_erase_write(&w, &make, &e) == WICI_OK);
	MUST(wici_mp_written(&w, &b) == WICI_OK);
	seed("statement", none, b);
	seed("message", (struct wici_bytes){&message, 1}, b);
}

/* A run of one feed.open. */
void seed_open(void)
{
	static uint8_t payload[1024], wire[2048];
	static const uint8_t message = WICI_MSG_OPEN, key_seed[32] = {9};
	struct wici_entry e = {.has_payload = true};
	struct wici_id network = network_known();
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_run_writer run;
	struct wici_bytes b;

	e.header.version = WICI_ENTRY_VERSION;
	e.header.kind = wici_kind_feed_open.number;
	e.header.seq = 1;
	wici_key_pair(&e.header.feed, &secret, key_seed);
	wici_mp_writer_init(&w, payload, sizeof(payload));
	wici_open_write(&w, &network, &e.header.feed, &e.header.feed, &secret);
	MUST(wici_mp_written(&w, &e.payload) == WICI_OK);
	wici_entry_sign(&e, &network, &secret);
	wici_run_writer_init(&run, wire, sizeof(wire), &e.header.feed, 1);
	MUST(wici_run_add(&run, &e) == WICI_OK);
	b = wici_run_finish(&run);
	seed("run", none, b);
	seed("message", (struct wici_bytes){&message, 1}, b);
}
