/* daemon/timer.h — The second's beat: deadlines, pings, the next dial. */
#ifndef WICI_DAEMON_TIMER_H
#define WICI_DAEMON_TIMER_H

#include "daemon/turn.h"

struct timer {
	struct turn *turn;
	uv_timer_t handle;
	void (*beat)(void *arg); /* In a turn, after hub_tick. */
	void *arg;
};

void timer_init(struct timer *t, struct turn *turn, void (*beat)(void *arg),
		void *arg);
void timer_close(struct timer *t);

#endif
