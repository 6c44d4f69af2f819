/* daemon/waiters.h — Calls that answer later: sync.wait, network.join, calls
 * that wait for the cursor or an echo; and clients that watch. In a turn. */
#ifndef WICI_DAEMON_WAITERS_H
#define WICI_DAEMON_WAITERS_H

#include "daemon/method.h"

#define WAITERS_MAX      256
#define WAITERS_CALL_MAX ((size_t)8 << 20) /* Bytes of calls put off. */

#define PUBLISH_WAIT_MS 10000u

/* At each turn's end, before the commit: answers whose time has come. What is
 * left when the node closes is freed by it. */
void waiters_run(struct node *n);

/* WICI_BUSY when too many wait. The call is deferred. */
WICI_NODISCARD
enum wici_err waiters_add_sync(struct node *n, const struct call *call,
			       uint64_t timeout_s);
WICI_NODISCARD
enum wici_err waiters_add_join(struct node *n, const struct call *call,
			       uint64_t timeout_s, const char *code);
WICI_NODISCARD
enum wici_err waiters_add_call(struct node *n, const struct call *call);

/* Publishing that waits for an echo, PUBLISH_WAIT_MS at most: then it is asked
 * again, and late. */
WICI_NODISCARD
enum wici_err waiters_add_publish(struct node *n, const struct call *call);

/* The client wants notifications from now on. */
WICI_NODISCARD
enum wici_err waiters_add_watch(struct node *n, const struct call *call);

void waiters_forget(struct node *n, uint64_t client);

#endif
