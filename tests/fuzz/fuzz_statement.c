/* tests/fuzz/fuzz_statement.c — A statement from a peer. A decoded one is
 * written again as the same bytes. Its body is read as a change and as a
 * policy; then the change's list of issuers, and its approvals. What proves a
 * fork gives the same proof when it is made again from its two sides; what
 * erases an entry, the same body when it is signed by one key more. */
#include "proto/statement.h"

#include "proto/change_view.h"
#include "proto/erase.h"
#include "proto/fork.h"
#include "proto/mp_read.h"
#include "tests/fuzz/fuzz.h"

static uint8_t out[WICI_STATEMENT_LEN_MAX];
static struct wici_issuer rows[WICI_ISSUERS_MAX];
static uint8_t shown[1 << 18];

/* People are shown one whole value, whatever stands in it. */
static void is_shown(const struct wici_change *c)
{
	struct wici_mp_writer w;
	struct wici_bytes view;

	wici_mp_writer_init(&w, shown, sizeof(shown));
	wici_change_view(&w, c, NULL);
	MUST(wici_mp_written(&w, &view) == WICI_OK);
	MUST(wici_mp_check(WICI_MP_LENIENT, view, NULL) == WICI_OK);
}

static void is_a_change(const struct wici_statement *s)
{
	struct wici_change c;
	struct wici_id prev;
	uint64_t version;
	int32_t expires;
	size_t count;

	if (wici_change_decode(&c, s) != WICI_OK)
		return;
	MUST(c.version > 0 && c.has_found == (c.version == 1));
	is_shown(&c);
	if (s->type == WICI_STATEMENT_CHANGE &&
	    wici_change_peek(s, &c.network, &version, &prev) == WICI_OK)
		MUST(version == c.version && wici_id_equal(&prev, &c.prev));
	if (c.issuers.p) {
		wici_change_issuers(c.issuers, &expires, rows, &count);
		MUST(count <= WICI_ISSUERS_MAX);
		for (size_t i = 0; i < count; i++) {
			MUST(strlen(rows[i].scheme) <= WICI_SCHEME_LEN_MAX);
			MUST(rows[i].closed_count <= WICI_CLOSED_MAX);
		}
	}
	if (c.has_found) {
		(void)wici_change_founds(&c, &c.network);
		(void)wici_policy_approves(&c.policy, &c.network, s);
	}
}

/* The one that fuzz_run knows too. */
static struct wici_id fuzz_network(void)
{
	struct wici_id network;

	for (uint8_t i = 0; i < sizeof(network.b); i++)
		network.b[i] = (uint8_t)(0x40 + i);
	return network;
}

/* Whether or not its signatures hold. */
static void is_an_erasure(const struct wici_statement *s)
{
	static const uint8_t seed[32] = {9};
	struct wici_erase_make make = {.network = fuzz_network(), .before = s};
	struct wici_secret secret;
	struct wici_statement again;
	struct wici_mp_writer w;
	struct wici_bytes bytes;
	struct wici_erase e, made;
	enum wici_err err;

	if (wici_erase_read(&e, s, &make.network) != WICI_OK)
		return;
	MUST(e.of.seq > 0 && e.of.seq <= WICI_SEQ_MAX);
	(void)wici_erase_verify(s, &make.network);
	wici_key_pair(&make.key, &secret, seed);
	make.of = e.of;
	make.secret = &secret;
	wici_mp_writer_init(&w, out, sizeof(out));
	err = wici_erase_write(&w, &make, &made);
	if (err == WICI_TOO_LARGE) {
		MUST(s->sigs_count == WICI_STATEMENT_SIGS_MAX);
		return;
	}
	MUST(err == WICI_OK && wici_mp_written(&w, &bytes) == WICI_OK);
	MUST(bytes.len <= WICI_ERASE_LEN_MAX);
	MUST(wici_statement_decode(&again, bytes) == WICI_OK);
	MUST(wici_id_equal(&made.id, &s->id) &&
	     wici_bytes_equal(again.body, s->body));
}

static void is_a_fork(const struct wici_statement *s, struct wici_bytes b)
{
	struct wici_id network = fuzz_network();
	struct wici_mp_writer w;
	struct wici_fork f, made;

	if (wici_fork_decode(&f, s, &network) != WICI_OK)
		return;
	MUST(f.seq > 0 && f.seq <= WICI_SEQ_MAX);
	wici_mp_writer_init(&w, out, sizeof(out));
	MUST(wici_fork_make(&w, &f.b, &f.a, &network, &made) == WICI_OK);
	MUST(wici_id_equal(&made.id, &s->id));
	MUST(w.len == b.len && memcmp(out, b.p, b.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	struct wici_statement s;
	struct wici_policy policy;
	struct wici_mp_writer w;
	struct wici_bytes again;

	/* Bare, too: the fuzzer reaches a change's fields sooner. */
	memset(&s, 0, sizeof(s));
	s.type = WICI_STATEMENT_CHANGE;
	s.body = b;
	is_a_change(&s);
	(void)wici_policy_decode(&policy, b);

	if (wici_statement_decode(&s, b) != WICI_OK)
		return 0;
	wici_mp_writer_init(&w, out, sizeof(out));
	wici_statement_encode(&w, &s);
	MUST(wici_mp_written(&w, &again) == WICI_OK);
	MUST(wici_bytes_equal(again, b));
	is_a_change(&s);
	is_a_fork(&s, b);
	is_an_erasure(&s);
	return 0;
}
