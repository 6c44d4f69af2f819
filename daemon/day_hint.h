/* daemon/day_hint.h — A date that was typed otherwise, as it is to be written.
 * Never taken in its stead: 3.4.2019 may be meant either way. */
#ifndef WICI_DAEMON_DAY_HINT_H
#define WICI_DAEMON_DAY_HINT_H

#include "daemon/fault.h"

/* Adds a hint to a fault about a DAY (is_day) or a WHEN: "write 2026-12-31";
 * or that there is no such day. typed: any valid MessagePack value. */
void day_hint(struct fault *fault, bool is_day, struct wici_bytes typed);

#endif
