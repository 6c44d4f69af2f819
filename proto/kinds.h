/* proto/kinds.h — The table of kinds: one line a kind, one file a family in
 * proto/kinds/. */
#ifndef WICI_PROTO_KINDS_H
#define WICI_PROTO_KINDS_H

#include "proto/kind.h"

/* Ascending by number; NULL ends it. */
extern const struct wici_kind *const wici_kinds[];

/* NULL when there is none. */
const struct wici_kind *wici_kind_by_number(uint16_t number);
const struct wici_kind *wici_kind_by_name(struct wici_bytes name);

/* A number that is another one when a kind or a field is added, or what a field
 * may hold changes: what was derived from entries by another table is made
 * anew. No checksum against ill will. */
uint32_t wici_kinds_version(void);

#endif
