/* daemon/timer.c — hub_tick once a second. */
#include "daemon/timer.h"

#include "proto/require.h"

#define TIMER_MS 1000

static void timer_on_beat(uv_timer_t *handle)
{
	struct timer *t = handle->data;

	turn_need(t->turn);
	hub_tick(t->turn->hub);
	t->beat(t->arg);
}

void timer_init(struct timer *t, struct turn *turn, void (*beat)(void *arg),
		void *arg)
{
	*t = (struct timer){.turn = turn, .beat = beat, .arg = arg};
	WICI_REQUIRE(uv_timer_init(turn->loop, &t->handle) == 0);
	t->handle.data = t;
	uv_timer_start(&t->handle, timer_on_beat, TIMER_MS, TIMER_MS);
}

void timer_close(struct timer *t)
{
	uv_close((uv_handle_t *)&t->handle, NULL);
}
