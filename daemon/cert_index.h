/* daemon/cert_index.h — A grant's index, unique in its scheme: the issuer's node
 * gives them out, one after the other, and every node finds a second use
 * void. In a turn; the cursor must be done. */
#ifndef WICI_DAEMON_CERT_INDEX_H
#define WICI_DAEMON_CERT_INDEX_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* The index of the next grant of the scheme: one more than the highest given
 * out here, or the first above that which none of its feeds has used; behind the
 * last that a beacon can list, the first that is free. WICI_TOO_LARGE: there
 * are no more. */
WICI_NODISCARD
enum wici_err cert_index_next(struct node *n, struct wici_bytes scheme,
			      uint64_t *index);

/* It is taken from now on. */
WICI_NODISCARD
enum wici_err cert_index_keep(struct node *n, struct wici_bytes scheme,
			      uint64_t index);

/* Has an earlier grant that counts used it? row: a grant that counts but for
 * that, its payload included. Reads records, no entries. */
bool cert_index_is_used(struct node *n, const struct entry_row *row);

#endif
