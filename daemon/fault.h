/* daemon/fault.h — What a client is told when a call fails, besides the code:
 * which field, what was expected, what came, and what to do.
 *
 * Everything is copied and bounded, so that a fault outlives the call. */
#ifndef WICI_DAEMON_FAULT_H
#define WICI_DAEMON_FAULT_H

#include "daemon/growing.h"
#include "proto/err.h"

#define FAULT_ITEMS_MAX 10 /* Candidates that are named; more are not. */

struct fault {
	char field[160]; /* "valid_until", "team.size", "agenda[2].step"; "" */
	const char *expected; /* A code word (struct wici_problem); NULL. */
	char got[128];        /* As people wrote it, cut; "": not said. */
	char message[240];    /* An English sentence's end; "". */
	char hint[200];       /* What to do; "". */
	struct growing items; /* An array's items, without its head. */
	uint32_t items_count;
};

void fault_init(struct fault *f);
void fault_clear(struct fault *f);

/* Sets field, expected and got; returns err. got: any valid MessagePack value,
 * or p NULL. */
enum wici_err fault_set(struct fault *f, enum wici_err err, const char *field,
			const char *expected, struct wici_bytes got);

/* The fault lies inside this field; index < 0: which is no list. */
void fault_within(struct fault *f, const char *field, long index);

/* A name for the field that is not a row's, cut to what fits. */
void fault_field(struct fault *f, struct wici_bytes field);

__attribute__((format(printf, 2, 3))) void fault_message(struct fault *f,
							 const char *format,
							 ...);
__attribute__((format(printf, 2, 3))) void fault_hint(struct fault *f,
						      const char *format, ...);

/* A further candidate: NULL when enough are named; else write one value. */
struct wici_mp_writer *fault_item(struct fault *f);

/* Writes the pairs of an error map that belong to the fault: code, message
 * and what else is known. with_line > 0: a "line" too. */
void fault_write(struct wici_mp_writer *w, const struct fault *f,
		 enum wici_err err, uint32_t with_line);

#endif
