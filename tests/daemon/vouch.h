/* tests/daemon/vouch.h — Beacons and witness entries by hand, of whatever time,
 * true or not; and what is said of them. */
#ifndef WICI_TESTS_DAEMON_VOUCH_H
#define WICI_TESTS_DAEMON_VOUCH_H

#include "proto/kinds/beacon.h"
#include "proto/kinds/witness.h"
#include "tests/daemon/author.h"
#include "tests/daemon/call.h"
#include "tests/daemon/root.h"

#define VOUCH_UNKNOWN 0x8000

struct vouch_beacon {
	const char *scheme; /* NULL: "osl". */
	uint64_t roster;
	size_t states_len; /* Of this byte. */
	uint8_t states;
	size_t restored; /* So many, the highest there are. */
};

/* heads: as they are written, in this order. */
struct vouch_sight {
	uint64_t roster;
	struct wici_id roster_id;
	const struct wici_head *heads;
	size_t count;
};

static uint8_t vouch_buf[WICI_PAYLOAD_LEN_MAX];

static inline struct wici_bytes vouch_say_beacon(const struct vouch_beacon *b)
{
	static const uint8_t grants[32] = {7};
	static uint8_t states[20000];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	memset(states, b->states, sizeof(states));
	wici_mp_writer_init(&w, vouch_buf, sizeof(vouch_buf));
	wici_mp_map(&w, b->restored ? 5 : 4);
	wici_mp_str(&w, "grants");
	wici_mp_bin(&w, grants, sizeof(grants));
	if (b->restored) {
		wici_mp_str(&w, "restored");
		wici_mp_array(&w, (uint32_t)b->restored);
	}
	for (size_t i = 0; i < b->restored; i++)
		wici_mp_uint(&w, 65536 - b->restored + i);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, b->roster);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, b->scheme ? b->scheme : "osl");
	wici_mp_str(&w, "states");
	wici_mp_bin(&w, states, b->states_len);
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

static inline struct wici_bytes vouch_say_sight(const struct vouch_sight *s)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, vouch_buf, sizeof(vouch_buf));
	wici_mp_map(&w, s->count ? 5 : 4);
	if (s->count) {
		wici_mp_str(&w, "heads");
		wici_mp_array(&w, (uint32_t)s->count);
	}
	for (size_t i = 0; i < s->count; i++) {
		wici_mp_map(&w, 3);
		wici_mp_str(&w, "feed");
		wici_mp_bin(&w, s->heads[i].feed.b, WICI_KEY_LEN);
		wici_mp_str(&w, "id");
		wici_mp_bin(&w, s->heads[i].id.b, WICI_ID_LEN);
		wici_mp_str(&w, "seq");
		wici_mp_uint(&w, s->heads[i].seq);
	}
	wici_mp_str(&w, "heads_count");
	wici_mp_uint(&w, 1);
	wici_mp_str(&w, "heads_root");
	wici_mp_bin(&w, s->roster_id.b, WICI_ID_LEN);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, s->roster);
	wici_mp_str(&w, "roster_id");
	wici_mp_bin(&w, s->roster_id.b, WICI_ID_LEN);
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

/* A grant of "osl" to CAL, of this number. */
static inline struct wici_bytes vouch_say_grant(const struct fixture *cal,
						uint64_t index,
						const char *number)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, vouch_buf, sizeof(vouch_buf));
	wici_mp_map(&w, 6);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, cal->n->keys.identity.b, WICI_KEY_LEN);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, index);
	wici_mp_str(&w, "number");
	wici_mp_str(&w, number);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2026");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, "2028");
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

/* The next entry of the author's feed, given to a node; its answer. A kind that
 * nobody knows is critical. */
static inline enum wici_err vouch_at(struct author *a, struct fixture *to,
				     uint16_t kind, struct wici_bytes payload,
				     int64_t time_ms)
{
	struct wici_entry e = {.has_payload = true, .payload = payload};
	struct wici_run_writer w;

	e.header.version = WICI_ENTRY_VERSION;
	e.header.flags = kind == VOUCH_UNKNOWN ? WICI_FLAG_CRITICAL : 0;
	e.header.kind = kind;
	e.header.seq = a->head.seq + 1;
	e.header.feed = a->head.feed;
	e.header.prev = a->head.id;
	e.header.time_ms = time_ms;
	wici_entry_sign(&e, &a->network, &a->feed_secret);
	wici_run_writer_init(&w, a->buf, sizeof(a->buf), &a->head.feed,
			     e.header.seq);
	CHECK_OK(wici_run_add(&w, &e));
	a->head.seq++;
	a->head.id = wici_entry_id(&e.header, &e.sig);
	a->run = wici_run_finish(&w);
	return author_give(a, to);
}

static inline void vouch(struct author *a, struct fixture *to, uint16_t kind,
			 struct wici_bytes payload)
{
	CHECK_OK(vouch_at(a, to, kind, payload, to->wall_ms));
}

/* An institution of this number, with a feed. */
static inline void vouch_author(struct author *a, struct fixture *cal,
				uint8_t number)
{
	author_admit(a, cal, number);
	author_open(a, number);
	CHECK_OK(author_give(a, cal));
}

/* Is the certificate of this number so, and is that said of it? */
static inline bool vouched_of(struct fixture *f, const char *number,
			      const char *verdict, const char *says)
{
	char part[60];
	const char *r = call_with(f, "cert.verify", "ref", number);

	for (int i = 0; i < 100 && !*r; i++)
		r = call_wait(f);
	(void)snprintf(part, sizeof(part), "{'verdict':'%s'", verdict);
	return has(r, part) && (!says || has(r, says));
}

static inline bool vouched(struct fixture *f, const char *verdict,
			   const char *says)
{
	return vouched_of(f, "1", verdict, says);
}

#endif
