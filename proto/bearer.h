/* proto/bearer.h — Whose bundle it is, signed by its feed key, and what it holds
 * of those whose bundles it has taken in.
 *
 * PROTOCOL §7.6: feed [32] | number u64 | count u16 | answers | signature [64],
 * an answer: number u64 | header [120] | signature [64]. */
#ifndef WICI_PROTO_BEARER_H
#define WICI_PROTO_BEARER_H

#include "proto/entry.h"

#define WICI_BEARER_ANSWERS_MAX 64
#define WICI_BEARER_ANSWER_LEN  ((size_t)192)
#define WICI_BEARER_LEN_MAX                                                    \
	((size_t)106 + WICI_BEARER_ANSWERS_MAX * WICI_BEARER_ANSWER_LEN)

/* Somebody's newest entry that the bearer holds, and the number that his last
 * bundle bore. */
struct wici_bearer_answer {
	uint64_t number;
	struct wici_header header;
	struct wici_sig sig;
};

struct wici_bearer {
	struct wici_key feed;
	uint64_t number;
	size_t count;
	struct wici_bearer_answer answers[WICI_BEARER_ANSWERS_MAX];
};

/* Into buf, of WICI_BEARER_LEN_MAX bytes. */
struct wici_bytes wici_bearer_write(uint8_t *buf,
				    const struct wici_bearer *bearer,
				    const struct wici_id *network,
				    const struct wici_secret *secret);

/* Nothing is proven yet. WICI_REJECT_BUNDLE. */
WICI_NODISCARD
enum wici_err wici_bearer_read(struct wici_bearer *bearer, struct wici_bytes b);

/* Has the feed's key, which was tested, signed what was read? Says nothing of
 * the answers' own signatures. WICI_REJECT_SIGNATURE. */
WICI_NODISCARD
enum wici_err wici_bearer_verify(const struct wici_bearer *bearer,
				 struct wici_bytes b,
				 const struct wici_id *network);

#endif
