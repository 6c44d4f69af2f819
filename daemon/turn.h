/* daemon/turn.h — The loop's turns: what happened in one round of callbacks is
 * one turn of the hub.
 *
 *   a callback   turn_need(): the hub's turn is open from here on
 *   …            more callbacks of the same round, same turn
 *   uv_check     hub_turn_end (the commit), then the ended() of whoever set it
 *
 * A round that needs no turn has none. Clock and randomness enter here. */
#ifndef WICI_DAEMON_TURN_H
#define WICI_DAEMON_TURN_H

#include "daemon/hub.h"

#include <uv.h>

struct turn {
	uv_loop_t *loop;
	struct hub *hub;
	uv_check_t check;
	/* Runs while a turn is open or there is more to do, so that the loop
	 * does not sleep over it. */
	uv_idle_t idle;
	bool is_open;
	bool is_again;
	void (*ended)(void *arg);
	void *arg;
};

/* The time, and 32 random bytes. Wipe the seed after use. */
void turn_now(struct node_now *now);

/* Monotonic milliseconds, sleep of the machine included. */
uint64_t turn_mono_ms(void);

/* The hub outlives it. ended: called after each hub_turn_end, outside the
 * turn. */
void turn_init(struct turn *t, uv_loop_t *loop, struct hub *hub,
	       void (*ended)(void *arg), void *arg);

/* Opens the turn of this round unless it is open. */
void turn_need(struct turn *t);

/* There is more to do than fitted: another turn at once. */
void turn_again(struct turn *t);

/* The handles close; run the loop once more. */
void turn_close(struct turn *t);

#endif
