/* daemon/store/draft.h — Drafts: payloads that wait to be signed. */
#ifndef WICI_DAEMON_STORE_DRAFT_H
#define WICI_DAEMON_STORE_DRAFT_H

#include "daemon/store/store.h"

struct draft_row {
	int64_t n; /* Its number, for people; never given out again. */
	uint16_t kind;
	int64_t created_ms;
	struct wici_bytes payload; /* Borrowed until the next call. */
};

/* row->n is set. */
WICI_NODISCARD
enum wici_err draft_add(struct store *s, struct draft_row *row);
/* WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err draft_get(struct store *s, int64_t n, struct draft_row *row);
/* The first with a number above n. WICI_END. */
WICI_NODISCARD
enum wici_err draft_after(struct store *s, int64_t n, struct draft_row *row);
/* WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err draft_drop(struct store *s, int64_t n);
WICI_NODISCARD
enum wici_err draft_count(struct store *s, int64_t *count);

#endif
