/* proto/require.h — Assertions about our own state; never about bytes from
 * outside. Always on: a broken invariant must not reach the store. */
#ifndef WICI_PROTO_REQUIRE_H
#define WICI_PROTO_REQUIRE_H

/* Aborts, after the expression and its place were left in
 * wici_required, where a core dump or a test finds them. */
#define WICI_REQUIRE(expr)                                                     \
	((expr) ? (void)0 : wici_require_failed(#expr, __FILE__, __LINE__))

struct wici_required {
	const char *expr;
	const char *file;
	int line;
};
extern struct wici_required wici_required;

_Noreturn void wici_require_failed(const char *expr, const char *file,
				   int line);

#endif
