/* daemon/clone.h — Is this the only process under its feed key? The numbers
 * that it drew, and what became of being told otherwise.
 *
 * PROTOCOL §3.5. In a turn. */
#ifndef WICI_DAEMON_CLONE_H
#define WICI_DAEMON_CLONE_H

#include "daemon/node.h"

#define CLONE_NUMBERS_MAX 4096 /* Of as many starts. */

/* Keeps n->number with those before it; the turn commits it before the first
 * session. Seals again what was sealed as a clone. After open_fence. */
WICI_NODISCARD
enum wici_err clone_open(struct node *n);

/* Our feed key has signed this process number. If we never drew it there is
 * another one of us: sealed ("cloned"), until a new feed. */
void clone_told(struct node *n, uint64_t number);

#endif
