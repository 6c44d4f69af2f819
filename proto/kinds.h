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

#endif
