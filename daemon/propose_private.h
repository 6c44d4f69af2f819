/* daemon/propose_private.h — What the builders of ops share: finding feeds and
 * heads, and saying no. */
#ifndef WICI_DAEMON_PROPOSE_PRIVATE_H
#define WICI_DAEMON_PROPOSE_PRIVATE_H

#include "daemon/propose.h"

/* Sets the fault's hint; returns err. */
enum wici_err propose_refuse(struct proposal *p, enum wici_err err,
			     const char *hint);

/* WICI_BAD_FIELD. */
enum wici_err propose_bad(struct proposal *p, const char *field,
			  const char *expected);

/* The feed's entry at seq; 0: its counting head. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err propose_head(struct proposal *p, const struct feed *f,
			   uint64_t seq, struct wici_head *at);

bool propose_is_root_key(const struct wici_policy *policy,
			 const struct wici_key *key);

#endif
