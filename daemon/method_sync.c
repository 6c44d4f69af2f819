/* daemon/method_sync.c — sync.wait, events.watch, version.get: what is
 * answered later, and what needs no answer. */
#include "daemon/method_private.h"
#include "daemon/waiters.h"

static const struct wici_field wait_params[] = {
	PARAM("timeout", UINT, .flags = 0),
	PARAM_END,
};

static enum wici_err sync_wait(struct call *call)
{
	call->is_deferred = true;
	return waiters_add_sync(call->node, call,
				method_uint(call, "timeout", 30));
}

static enum wici_err events_watch(struct call *call)
{
	wici_mp_map(call->result, 0);
	return waiters_add_watch(call->node, call);
}

static enum wici_err version_get(struct call *call)
{
	wici_mp_map(call->result, 1);
	wici_mp_str(call->result, "version");
	wici_mp_str(call->result, WICI_VERSION);
	return WICI_OK;
}

const struct method methods_sync[] = {
	{.name = "sync.wait", .params = wait_params, .function = sync_wait},
	{.name = "events.watch", .function = events_watch},
	{.name = "version.get", .function = version_get},
	{.name = NULL},
};
