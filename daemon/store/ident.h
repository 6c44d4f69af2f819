/* daemon/store/ident.h — Which entry bears an id. The cursor derives it; all of it
 * can be rebuilt. */
#ifndef WICI_DAEMON_STORE_IDENT_H
#define WICI_DAEMON_STORE_IDENT_H

#include "daemon/store/store.h"

/* An entry's id → n; give them sorted by id when there are many. */
WICI_NODISCARD
enum wici_err ident_put(struct store *s, const struct wici_id *id, int64_t n);

/* n of the entries whose id begins with these bytes (half: a further high
 * nibble, or −1): at most max, by id. */
WICI_NODISCARD
enum wici_err ident_by_prefix(struct store *s, const uint8_t *prefix,
			      size_t len, int half, int64_t *ns, size_t max,
			      size_t *count);

/* Drops them all. */
WICI_NODISCARD
enum wici_err ident_clear(struct store *s);

#endif
