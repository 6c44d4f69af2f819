/* daemon/store/ident.h — Which entry bears an id. The cursor derives it; all of it
 * can be rebuilt.
 *
 * A row holds the first eight bytes of an id; the rest is looked up in the entry:
 * one whose own id the disk has spoilt is found by its id again once it is mended.
 * Ids are random: each that is written alone dirties a page of its own. So they
 * are noted in memory, where a look-up finds them too, and written together in
 * their order. Of those not written yet a rollback or an end of the process
 * forgets all: whoever notes them must be able to do so again. */
#ifndef WICI_DAEMON_STORE_IDENT_H
#define WICI_DAEMON_STORE_IDENT_H

#include "daemon/store/store.h"

#define IDENT_NOTED_MAX ((size_t)16384)

/* Notes an entry's id → n. Idempotent. Not when it is full. */
void ident_note(struct store *s, const struct wici_id *id, int64_t n);

/* They must be written before another is noted. */
bool ident_is_full(const struct store *s);

/* Writes what is noted. */
WICI_NODISCARD
enum wici_err ident_write(struct store *s);

/* n of the entries in the store whose id begins with these bytes (half: a
 * further high nibble, or −1): at most max, each once. */
WICI_NODISCARD
enum wici_err ident_by_prefix(struct store *s, const uint8_t *prefix,
			      size_t len, int half, int64_t *ns, size_t max,
			      size_t *count);

/* Drops them all. */
WICI_NODISCARD
enum wici_err ident_clear(struct store *s);

#endif
