/* daemon/outputs.h — What becomes of a turn's outputs: for node.c alone. */
#ifndef WICI_DAEMON_OUTPUTS_H
#define WICI_DAEMON_OUTPUTS_H

#include "daemon/node.h"

/* After a commit: what was held goes out. */
void outputs_release(struct node *n);

/* After a rollback for space: replies become the error read_only. */
void outputs_take_back(struct node *n);

void outputs_clear(struct node *n);

#endif
