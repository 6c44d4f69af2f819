/* client/offline.h — Verifying without a daemon: the roster out of a file, and
 * the answer in the shape of cert.verify's. */
#ifndef WICI_CLIENT_OFFLINE_H
#define WICI_CLIENT_OFFLINE_H

#include "client/bundle_file.h"
#include "proto/offline.h"
#include "proto/verdict.h"

struct offline {
	struct wici_offline is; /* Borrows the bundle's statements. */
	struct wici_root_row *rows;
	struct wici_roster_space space;
};

/* Folds the bundle's changes. members_max: room for admissions, which the
 * caller takes. WICI_BAD_FIELD: it is another network's, or lacks the
 * founding. Clear it also after an error. */
WICI_NODISCARD
enum wici_err offline_fold(struct client *c, const struct bundle_file *f,
			   const struct wici_id *network, size_t members_max,
			   struct offline *o);
void offline_clear(struct offline *o);

/* {verdict, as_of, on, certificate, checks, not_checked}; takes certificate
 * over, which may be null. A new reference. */
json_t *offline_answer(const struct wici_verdict *v, json_t *certificate);

/* "2026-12-31", or null; a time likewise, null for 0. */
json_t *offline_day(bool has, int32_t day);
json_t *offline_time(int64_t time_ms);

/* Lowercase hex of at most 32 bytes. */
json_t *offline_hex(const uint8_t *b, size_t len);

#endif
