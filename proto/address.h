/* proto/address.h — Where members can be reached, as it is packed into an
 * invitation and a card.
 *
 * PROTOCOL §5.5, §7.3: count u8 ‖ (len u8, 1 to 100, host:port in printable
 * ASCII)…, at most 6 of them. */
#ifndef WICI_PROTO_ADDRESS_H
#define WICI_PROTO_ADDRESS_H

#include "proto/bytes.h"

#define WICI_ADDRESS_MAX   6
#define WICI_ADDRESS_BYTES 100 /* Of one, without the NUL. */

/* What the largest list takes. */
#define WICI_ADDRESSES_LEN                                                     \
	((size_t)(1 + WICI_ADDRESS_MAX * (1 + WICI_ADDRESS_BYTES)))

struct wici_addresses {
	size_t count;
	char text[WICI_ADDRESS_MAX][WICI_ADDRESS_BYTES + 1];
};

/* Writes at most WICI_ADDRESSES_LEN bytes; the first free one, or NULL: one
 * of them is no address, or there are too many. */
uint8_t *wici_addresses_put(uint8_t *p, const struct wici_addresses *a);

/* False: not such a list. The cursor's own faults stay in it. */
bool wici_addresses_take(struct wici_cursor *c, struct wici_addresses *a);

#endif
