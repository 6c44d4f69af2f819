/* daemon/method_fsck.c — fsck.run: checks the whole store, heals what peers
 * can heal, and answers when it has. */
#include "daemon/fsck.h"
#include "daemon/method_private.h"

static const struct wici_field run_params[] = {
	PARAM("progress", BOOL, .flags = 0),
	PARAM("rebuild", BOOL, .flags = 0),
	PARAM_END,
};

static enum wici_err fsck_run(struct call *call)
{
	return fsck_begin(call, method_is_set(call, "rebuild"),
			  method_is_set(call, "progress"));
}

const struct method methods_fsck[] = {
	{.name = "fsck.run", .params = run_params, .function = fsck_run},
	{.name = NULL},
};
