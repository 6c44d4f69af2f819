/* daemon/process.h — What the records about one thing amount to, from the store:
 * a visit, an application, a practice. In a turn; the cursor must be done.
 *
 * PROTOCOL §5.11. Projections only find acts; what they say is read from the
 * entries, judged and folded here, each time. */
#ifndef WICI_DAEMON_PROCESS_H
#define WICI_DAEMON_PROCESS_H

#include "daemon/refs.h"
#include "proto/process.h"

/* Acts of each side that are folded; PROTOCOL §5.11. REFS_OTHERS_MAX that are
 * not are shown. */
#define PROCESS_SIDE_MAX ((size_t)112)

struct process {
	const struct wici_process *is;
	int64_t root_n;
	struct wici_id root;
	uint16_t root_kind;
	struct wici_key author; /* Of the root. */
	struct refs_acts acts;
	size_t versions; /* Of the root, itself included. */
	size_t taken[WICI_SIDES_MAX], others;
	bool is_truncated; /* A side has more acts than a fold takes. */
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

/* Folds once more: an act was added. */
void process_fold(struct node *n, struct process *p);

/* The id that a canonical payload has in a field of its kind; f NULL: none. */
bool process_find_id(struct wici_bytes payload, const struct wici_field *f,
		     struct wici_id *id);

#endif
