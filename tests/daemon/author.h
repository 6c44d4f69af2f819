/* tests/daemon/author.h — An institution without a node: its keys are numbers,
 * its feeds are written by hand, entry by entry. */
#ifndef WICI_TESTS_DAEMON_AUTHOR_H
#define WICI_TESTS_DAEMON_AUTHOR_H

#include "proto/kinds/feed_open.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/succeed.h"
#include "tests/daemon/fixture.h"

struct author {
	struct wici_id network;
	struct wici_key identity;
	struct wici_secret identity_secret, feed_secret;
	struct wici_head head; /* Of its feed. */
	uint8_t payload[WICI_PAYLOAD_LEN_MAX];
	uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_bytes run; /* What was written last. */
};

static inline void author_key(struct author *a, uint8_t number)
{
	uint8_t seed[32] = {number, 0x55};

	wici_key_pair(&a->identity, &a->identity_secret, seed);
}

/* Appends `count` equal entries; they are one run. bad: of so many, from the
 * first one, the own signature fails (a later one covers it). */
static inline void author_write_many(struct author *a, uint16_t kind,
				     struct wici_bytes payload, int count,
				     int bad)
{
	struct wici_run_writer w;

	wici_run_writer_init(&w, a->buf, sizeof(a->buf), &a->head.feed,
			     a->head.seq + 1);
	for (int i = 0; i < count; i++) {
		struct wici_entry e = {.has_payload = true, .payload = payload};

		e.header.version = WICI_ENTRY_VERSION;
		e.header.kind = kind;
		e.header.seq = a->head.seq + 1;
		e.header.feed = a->head.feed;
		e.header.prev = a->head.id;
		wici_entry_sign(&e, &a->network, &a->feed_secret);
		if (i < bad)
			e.sig.b[40] ^= 1;
		a->head.seq++;
		a->head.id = wici_entry_id(&e.header, &e.sig);
		CHECK_OK(wici_run_add(&w, &e));
	}
	a->run = wici_run_finish(&w);
}

static inline void author_write(struct author *a, uint16_t kind,
				struct wici_bytes payload)
{
	author_write_many(a, kind, payload, 1, 0);
}

static inline void author_practice(struct author *a, int count)
{
	uint8_t buf[64];

	author_write_many(a, WICI_KIND_PRACTICE_PUBLISH,
			  fixture_title(buf, sizeof(buf), "Klub"), count, 0);
}

/* A new feed of the institution, under this number; its entry 1 is written. */
static inline void author_open(struct author *a, uint8_t number)
{
	uint8_t seed[32] = {number, 0x66}, buf[300];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	memset(&a->head, 0, sizeof(a->head));
	wici_key_pair(&a->head.feed, &a->feed_secret, seed);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_open_write(&w, &a->network, &a->head.feed, &a->identity,
			&a->identity_secret);
	CHECK_OK(wici_mp_written(&w, &payload));
	author_write(a, WICI_KIND_FEED_OPEN, payload);
}

/* Carries on another feed, and ends it there or not. */
static inline void author_succeed(struct author *a, const struct wici_head *old,
				  bool is_close)
{
	struct wici_succeed s = {.feed = a->head.feed,
				 .identity = a->identity,
				 .old = *old,
				 .is_close = is_close};
	struct wici_mp_writer w;
	struct wici_bytes payload;
	uint8_t buf[400];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_succeed_write(&w, &a->network, &s, &a->identity_secret);
	CHECK_OK(wici_mp_written(&w, &payload));
	author_write(a, WICI_KIND_FEED_SUCCEED, payload);
}

/* In a turn of its own. */
static inline enum wici_err author_give(const struct author *a,
					struct fixture *to)
{
	struct wici_head at;
	enum wici_err err;

	fixture_begin(to);
	err = node_receive_run(to->n, 7, a->run, &at);
	fixture_end(to);
	CHECK(to->fatals == 0);
	return err;
}

/* An institution of this number is admitted at the registrar's. */
static inline void author_admit(struct author *a, struct fixture *registrar,
				uint8_t number)
{
	struct wici_head head;

	memset(a, 0, sizeof(*a));
	a->network = registrar->n->network;
	author_key(a, number);
	fixture_begin(registrar);
	CHECK_OK(membership_admit(registrar->n, &a->identity,
				  WICI_BYTES("MOPR Kielce"), NULL, &head));
	fixture_end(registrar);
}

#endif
