/* daemon/process_try.h — Before an act is published: would it have an effect?
 * In a turn; the cursor must be done.
 *
 * PROTOCOL §5.11 takes everything; who would say something without effect is told
 * before he says it. */
#ifndef WICI_DAEMON_PROCESS_TRY_H
#define WICI_DAEMON_PROCESS_TRY_H

#include "daemon/fault.h"
#include "daemon/process.h"

/* What the earlier ones of several, none of them published yet, will have moved:
 * zeroed to begin with; free ids. */
struct process_tried {
	struct wici_id *ids; /* Roots; what a kind's one_for names. */
	size_t count, max;
};

/* A payload that is to be published here: what it answers is put into it
 * (`after`, which must be there), and it is tried whether it would have an
 * effect on all that it is about, and that none of those before it moves the
 * same. WICI_NOT_FOUND: a subject is no such thing; WICI_NOT_PERMITTED: it would
 * have none, and the fault says why. */
WICI_NODISCARD
enum wici_err process_try(struct node *n, const struct wici_kind *kind,
			  struct growing *payload, struct process_tried *tried,
			  struct fault *fault);

/* The same of a payload that was tried once, and stays as it is: what it answers
 * may have been overtaken. WICI_NOT_PERMITTED: *why, a code word. */
WICI_NODISCARD
enum wici_err process_try_again(struct node *n, const struct wici_kind *kind,
				struct wici_bytes payload, const char **why);

/* Of a kind of which there is one for each record that a field names: the own
 * one that stands. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err process_predecessor(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct wici_id *id);

#endif
