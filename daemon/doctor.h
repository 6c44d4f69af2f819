/* daemon/doctor.h — What doctor.get looks at: rows of {name, state, code, …}.
 *
 * The client composes the sentences; a state is what was found, and never more
 * than was looked at. In a turn; writes nothing. */
#ifndef WICI_DAEMON_DOCTOR_H
#define WICI_DAEMON_DOCTOR_H

#include "daemon/method_private.h"

#define DOCTOR_ITEMS_MAX 20 /* Of a list in a row; more are only counted. */

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_WARN,
	DOCTOR_BAD,
	DOCTOR_UNCHECKED /* It could not be looked at, or not here. */
};

struct doctor {
	struct node *n;
	struct growing rows;
	uint32_t count;
	enum wici_err err; /* The first; then what follows is not told. */
};

/* A row's first pairs; `more` pairs are the caller's to write. */
struct wici_mp_writer *doctor_row(struct doctor *d, const char *name,
				  enum doctor_state state, const char *code,
				  uint32_t more);

void doctor_uint(struct wici_mp_writer *w, const char *name, uint64_t value);
void doctor_line(struct wici_mp_writer *w, const char *name, const char *value);

/* doctor_peers.c: peers, the issuers' word, forks. */
void doctor_peers(struct doctor *d);

/* doctor_machine.c: disk, folder, store, clock, listen. */
void doctor_machine(struct doctor *d);

#endif
