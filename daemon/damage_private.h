/* daemon/damage_private.h — What the cutting (damage.c), the growing again
 * (damage_aside.c) and statements (damage_statement.c) share. */
#ifndef WICI_DAEMON_DAMAGE_PRIVATE_H
#define WICI_DAEMON_DAMAGE_PRIVATE_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* With this signature, is it the entry's id? */
bool damage_gives_id(const struct wici_entry *e, const struct wici_sig *sig,
		     const struct wici_id *id);

/* Does anything that was set aside, from seq on, carry a signature of this
 * feed? Else it never was of it, or the feed's key itself is spoilt. */
WICI_NODISCARD
enum wici_err damage_is_useful(struct node *n, const struct feed *feed,
			       uint64_t seq, bool *is);

/* Does the own feed hold the very head that the fence knows, or that and what
 * a crash kept from the fence? */
bool damage_has_fence_head(struct node *n);

/* At a turn's end: what was set aside joins where it can; and what statements
 * were found spoilt go. */
void damage_join_all(struct node *n);
void damage_drop_suspects(struct node *n);

#endif
