/* tests/bench/make.h — Makes entries: practices of a given size, by the own
 * feed of a node or by feeds that exist here alone. */
#ifndef WICI_TESTS_BENCH_MAKE_H
#define WICI_TESTS_BENCH_MAKE_H

#include "proto/entry.h"
#include "tests/bench/local.h"

#define MAKE_PAYLOAD_LEN ((size_t)600)
#define MAKE_BATCH       ((size_t)256) /* Entries a turn. */

/* A practice whose canonical payload has exactly MAKE_PAYLOAD_LEN bytes; no
 * two are alike. Borrowed until the next call. */
struct wici_bytes make_practice(uint64_t n);

/* Practices by the own feed, `batch` a turn. */
void make_own(struct local *l, uint64_t count, size_t batch);

/* A feed whose keys are here: somebody else's installation. */
struct make_feed {
	struct wici_key identity, feed;
	struct wici_secret identity_secret, feed_secret;
	struct wici_head head;
};
void make_feed(struct make_feed *f);

/* The next run of it: feed.open first, then practices, at most `count`
 * entries in all, as many as fit a message. *made says how many. Every one is
 * signed. */
struct wici_bytes make_run(struct make_feed *f, const struct wici_id *network,
			   uint64_t count, uint64_t *made);

/* Admits `members` new members (this must be the registrar), and takes in a
 * feed of `entries` of each. */
void make_members(struct local *l, size_t members, uint64_t entries);

#endif
