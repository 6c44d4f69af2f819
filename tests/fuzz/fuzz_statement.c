/* tests/fuzz/fuzz_statement.c — A statement from a peer. A decoded one is
 * written again as the same bytes. Its body is read as a change and as a
 * policy; then the change's list of issuers, and its approvals. What proves a
 * fork gives the same proof when it is made again from its two sides. */
#include "proto/statement.h"

#include "proto/change_view.h"
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

/* In the network that fuzz_run knows too. */
static void is_a_fork(const struct wici_statement *s, struct wici_bytes b)
{
	struct wici_id network;
	struct wici_mp_writer w;
	struct wici_fork f, made;

	for (uint8_t i = 0; i < sizeof(network.b); i++)
		network.b[i] = (uint8_t)(0x40 + i);
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
	return 0;
}
