/* proto/require.c — Where a broken invariant ends: the expression is left for
 * the core dump, and the process with it. */
#include "proto/require.h"

#include <stdlib.h>

struct wici_required wici_required;

_Noreturn void wici_require_failed(const char *expr, const char *file, int line)
{
	wici_required = (struct wici_required){expr, file, line};
	abort();
}
