/* daemon/succeeds.h — What is held of feed.succeed, whoever's: which feed
 * carries on which other one. For daemon/judge.c; in a turn. */
#ifndef WICI_DAEMON_SUCCEEDS_H
#define WICI_DAEMON_SUCCEEDS_H

#include "daemon/node.h"
#include "daemon/store/entry.h"

/* From the store, instead of what there is. */
WICI_NODISCARD
enum wici_err succeeds_load(struct node *n);

/* An entry was appended: is it one? */
WICI_NODISCARD
enum wici_err succeeds_take(struct node *n, const struct entry_row *row);

/* Of those that stand, by the limits that feeds have now: marks what is carried
 * on, and sets closes[feed's number − 1] to where it is closed, the highest. */
void succeeds_find(struct node *n, uint64_t *closes);

#endif
