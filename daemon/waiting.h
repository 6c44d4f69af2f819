/* daemon/waiting.h — What waits for this institution besides an answer: its
 * certificates that end, its records of which there are two. In a turn; what the
 * cursor has not seen is not among them. */
#ifndef WICI_DAEMON_WAITING_H
#define WICI_DAEMON_WAITING_H

#include "daemon/node.h"
#include "proto/mp_write.h"

#define WAITING_EXPIRING_DAYS 90

/* A pair, "expiring": the certificates that it holds, are in force as far as can
 * be told, and end within so many days; as in cert.list. */
WICI_NODISCARD
enum wici_err waiting_expiring(struct wici_mp_writer *w, struct node *n,
			       uint32_t max);

/* A pair, "edited": records of its own that two others have replaced, written
 * on two installations, or twice: {id, kind, tips: [id…]}. */
WICI_NODISCARD
enum wici_err waiting_edited(struct wici_mp_writer *w, struct node *n,
			     uint32_t max);

#endif
