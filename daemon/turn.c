/* daemon/turn.c — Opening and ending the hub's turn with the loop's rounds. */
#include "daemon/turn.h"

#include "proto/require.h"

#include <time.h>

uint64_t turn_mono_ms(void)
{
	struct timespec t;

	/* A laptop that slept for an hour has links that are dead. */
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void turn_now(struct node_now *now)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	now->wall_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	now->mono_ms = turn_mono_ms();
	randombytes_buf(now->seed, sizeof(now->seed));
}

static void turn_on_idle(uv_idle_t *idle)
{
	struct turn *t = idle->data;

	turn_need(t);
	if (node_is_busy(t->hub->node))
		node_tick(t->hub->node);
}

static void turn_on_check(uv_check_t *check)
{
	struct turn *t = check->data;

	if (!t->is_open)
		return;
	hub_turn_end(t->hub);
	t->is_open = false;
	t->is_again = false;
	t->ended(t->arg);
	if (!t->is_open && !t->is_again && !hub_is_busy(t->hub))
		uv_idle_stop(&t->idle);
}

void turn_init(struct turn *t, uv_loop_t *loop, struct hub *hub,
	       void (*ended)(void *arg), void *arg)
{
	*t = (struct turn){
		.loop = loop, .hub = hub, .ended = ended, .arg = arg};
	WICI_REQUIRE(uv_check_init(loop, &t->check) == 0);
	WICI_REQUIRE(uv_idle_init(loop, &t->idle) == 0);
	t->check.data = t;
	t->idle.data = t;
	uv_check_start(&t->check, turn_on_check);
	/* It waits for others' events; alone it keeps no loop alive. */
	uv_unref((uv_handle_t *)&t->check);
}

void turn_need(struct turn *t)
{
	struct node_now now;

	if (t->is_open)
		return;
	turn_now(&now);
	hub_turn_begin(t->hub, &now);
	sodium_memzero(&now, sizeof(now));
	t->is_open = true;
	uv_idle_start(&t->idle, turn_on_idle);
}

void turn_again(struct turn *t)
{
	t->is_again = true;
	uv_idle_start(&t->idle, turn_on_idle);
}

void turn_close(struct turn *t)
{
	uv_close((uv_handle_t *)&t->check, NULL);
	uv_close((uv_handle_t *)&t->idle, NULL);
}
