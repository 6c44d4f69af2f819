/* proto/err.c — The table of errors, and the two ways back into it: from the
 * word a client was given, and from the number a peer sent. */
#include "proto/err.h"

#include "proto/require.h"

#include <stddef.h>
#include <string.h>

struct row {
	const char *code;
	const char *text;
	int exit;
	uint16_t wire;
};

static const struct row rows[] = {
#define X(name, code, exit, wire, text) {code, text, exit, wire},
	WICI_ERRORS(X)
#undef X
};

static const struct row *row(enum wici_err err)
{
	WICI_REQUIRE((size_t)err < WICI_ERR_MAX);
	return &rows[err];
}

const char *wici_err_code(enum wici_err err)
{
	return row(err)->code;
}

const char *wici_err_text(enum wici_err err)
{
	return row(err)->text;
}

int wici_err_exit(enum wici_err err)
{
	return row(err)->exit;
}

uint16_t wici_err_wire(enum wici_err err)
{
	return row(err)->wire;
}

enum wici_err wici_err_from_code(const char *code)
{
	for (size_t i = 0; i < WICI_ERR_MAX; i++)
		if (strcmp(rows[i].code, code) == 0)
			return (enum wici_err)i;
	return WICI_INTERNAL;
}

enum wici_err wici_err_from_wire(uint16_t wire)
{
	/* Zero stands in the rows that never travel: it names none of them. */
	for (size_t i = 0; wire != 0 && i < WICI_ERR_MAX; i++)
		if (rows[i].wire == wire)
			return (enum wici_err)i;
	return WICI_INTERNAL;
}
