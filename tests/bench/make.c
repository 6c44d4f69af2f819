/* tests/bench/make.c — Entries in bulk. */
#include "tests/bench/make.h"

#include "daemon/membership.h"
#include "daemon/publish.h"
#include "daemon/receive.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/practice.h"
#include "proto/message.h"
#include "proto/open.h"
#include "proto/run.h"
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct wici_bytes no_scheme = {NULL, 0};

/* Words, so that it compresses and compares as text does. */
static void fill_text(char *text, size_t len, uint64_t n)
{
	static const char *const words[] = {
		"klub ",      "seniorzy ",  "partnerstwo ", "diagnoza ",
		"spotkanie ", "warsztaty ", "gmina ",       "wolontariat ",
	};
	size_t at = 0;

	while (at < len) {
		const char *word = words[(n ^ n >> 17) % 8];
		size_t room = len - at;
		size_t take = strlen(word);

		n = n * 6364136223846793005u + 1442695040888963407u;
		take = take < room ? take : room;
		memcpy(text + at, word, take);
		at += take;
	}
	text[len - 1] = '.';
}

struct wici_bytes make_practice(uint64_t n)
{
	static uint8_t buf[MAKE_PAYLOAD_LEN + 64];
	/* Besides them: the map's head, two keys, two heads of strings. */
	char text[MAKE_PAYLOAD_LEN - 16 - 29 + 1], title[30];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	snprintf(title, sizeof(title), "Praktyka numer %014llu",
		 (unsigned long long)n);
	fill_text(text, sizeof(text) - 1, n);
	text[sizeof(text) - 1] = '\0';
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "text");
	wici_mp_str(&w, text);
	wici_mp_str(&w, "title");
	wici_mp_str(&w, title);
	bench_check(wici_mp_written(&w, &payload), "payload");
	if (payload.len != MAKE_PAYLOAD_LEN)
		bench_fail("payload", "not of the size it should have");
	return payload;
}

void make_own(struct local *l, uint64_t count, size_t batch)
{
	struct wici_head head;

	for (uint64_t i = 0; i < count;) {
		local_begin(l);
		for (size_t k = 0; k < batch && i < count; k++, i++)
			bench_check(publish_entry(l->node,
						  &wici_kind_practice_publish,
						  make_practice(i), no_scheme,
						  &head),
				    "publish_entry");
		local_end(l);
	}
}

void make_feed(struct make_feed *f)
{
	uint8_t seed[32];

	memset(f, 0, sizeof(*f));
	randombytes_buf(seed, sizeof(seed));
	wici_key_pair(&f->identity, &f->identity_secret, seed);
	randombytes_buf(seed, sizeof(seed));
	wici_key_pair(&f->feed, &f->feed_secret, seed);
	f->head.feed = f->feed;
}

static struct wici_bytes open_payload(const struct make_feed *f,
				      const struct wici_id *network)
{
	static uint8_t buf[256];
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_open_write(&w, network, &f->feed, &f->identity,
			&f->identity_secret);
	bench_check(wici_mp_written(&w, &payload), "feed.open");
	return payload;
}

static void make_entry(struct make_feed *f, const struct wici_id *network,
		       struct wici_entry *e)
{
	bool is_first = f->head.seq == 0;
	const struct wici_kind *kind =
		is_first ? &wici_kind_feed_open : &wici_kind_practice_publish;

	memset(e, 0, sizeof(*e));
	e->header.version = WICI_ENTRY_VERSION;
	e->header.flags = kind->is_critical ? WICI_FLAG_CRITICAL : 0;
	e->header.kind = kind->number;
	e->header.seq = f->head.seq + 1;
	e->header.feed = f->feed;
	e->header.prev = f->head.id;
	e->header.time_ms = 1767225600000 + (int64_t)f->head.seq;
	randombytes_buf(e->salt.b, sizeof(e->salt.b));
	e->has_payload = true;
	e->payload = is_first ? open_payload(f, network)
			      : make_practice(f->head.seq);
	wici_entry_sign(e, network, &f->feed_secret);
}

struct wici_bytes make_run(struct make_feed *f, const struct wici_id *network,
			   uint64_t count, uint64_t *made)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX - 1];
	struct wici_run_writer w;

	wici_run_writer_init(&w, buf, sizeof(buf), &f->feed, f->head.seq + 1);
	for (*made = 0; *made < count; (*made)++) {
		struct wici_entry e;

		make_entry(f, network, &e);
		if (wici_run_add(&w, &e) != WICI_OK)
			break;
		f->head.seq++;
		f->head.id = wici_entry_id(&e.header, &e.sig);
	}
	return wici_run_finish(&w);
}

static void admit(struct local *l, struct make_feed *feeds, size_t count)
{
	struct wici_head head;

	for (size_t i = 0; i < count;) {
		local_begin(l);
		for (size_t k = 0; k < MAKE_BATCH && i < count; k++, i++) {
			char name[60];

			snprintf(name, sizeof(name), "Ośrodek numer %zu", i);
			make_feed(&feeds[i]);
			bench_check(membership_admit(
					    l->node, &feeds[i].identity,
					    wici_bytes_str(name), NULL, &head),
				    "membership_admit");
		}
		local_end(l);
	}
}

void make_members(struct local *l, size_t members, uint64_t entries)
{
	struct make_feed *feeds = calloc(members, sizeof(*feeds));
	struct wici_head head;
	uint64_t made;

	if (!feeds)
		bench_fail("members", "no memory");
	admit(l, feeds, members);
	for (size_t i = 0; i < members; i++) {
		local_begin(l);
		while (feeds[i].head.seq < entries) {
			struct wici_bytes run =
				make_run(&feeds[i], &l->node->network,
					 entries - feeds[i].head.seq, &made);

			bench_check(node_receive_run(l->node, 1, run, &head),
				    "node_receive_run");
		}
		local_end(l);
	}
	local_settle(l);
	free(feeds);
}
