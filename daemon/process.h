/* daemon/process.h — What the records about one thing amount to, from the store:
 * a visit, an application, a practice. In a turn; the cursor must be done.
 *
 * PROTOCOL §5.11. Projections only find acts; what they say is read from the
 * entries, judged and folded here, each time. */
#ifndef WICI_DAEMON_PROCESS_H
#define WICI_DAEMON_PROCESS_H

#include "daemon/fault.h"
#include "daemon/refs.h"
#include "proto/process.h"

/* Acts by others than the sides are without effect: so many are shown. */
#define PROCESS_OTHERS_MAX ((size_t)32)

struct process {
	const struct wici_process *is;
	int64_t root_n;
	struct wici_id root;
	uint16_t root_kind;
	struct wici_key author; /* Of the root. */
	struct refs_acts acts;
	size_t others;
	bool is_truncated; /* There are more acts than a fold takes. */
	struct wici_outcome outcome;
};

/* The root of the process that a record belongs to: of what it is about, or else
 * of the one that it, or what it supersedes (and so on), begins.
 * WICI_NOT_FOUND: it belongs to none. */
WICI_NODISCARD
enum wici_err process_about(struct node *n, int64_t entry, int64_t *root_n);

/* Of the records that supersede one another the oldest: itself, if it supersedes
 * none. */
WICI_NODISCARD
enum wici_err process_oldest(struct node *n, int64_t entry, int64_t *root_n);

/* Loads and folds. WICI_NOT_FOUND: the entry begins no process. Clear it also
 * after an error. */
WICI_NODISCARD
enum wici_err process_load(struct node *n, int64_t root_n, struct process *p);
void process_clear(struct process *p);

/* Which sides an institution is: bits. */
uint8_t process_sides(const struct process *p, const struct wici_key *who);

/* Do those whom a record names that may begin a process go together?
 * WICI_BAD_FIELD: the fault says which does not. */
WICI_NODISCARD
enum wici_err process_check_names(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault);

/* Is whom an act names a side of what it is about? */
WICI_NODISCARD
enum wici_err process_check_about(const struct process *p,
				  const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault);

/* A payload that is to be published here: what it answers is put into it
 * (`after`, which must be there), and it is tried whether it would have an
 * effect on all that it is about. WICI_NOT_FOUND: a subject is no such thing;
 * WICI_NOT_PERMITTED: it would have none, and the fault says why. */
WICI_NODISCARD
enum wici_err process_try(struct node *n, const struct wici_kind *kind,
			  struct growing *payload, struct fault *fault);

/* Of a kind of which there is one for each record that a field names: the own
 * one that stands. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err process_predecessor(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct wici_id *id);

#endif
