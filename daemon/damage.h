/* daemon/damage.h — What the disk has spoilt: noticed, cut away, healed.
 *
 *   suspect ── cut: set aside, head lowered ── peers bring it ── the rest,
 *                                                  set aside, is joined again
 *
 * A single bit that flipped is put back (flip.h). Nothing is signed again.
 * While the own feed is damaged publishing is sealed, until the very head that
 * the fence knows is back. In a turn, but for damage_suspect… */
#ifndef WICI_DAEMON_DAMAGE_H
#define WICI_DAEMON_DAMAGE_H

#include "daemon/node.h"
#include "daemon/store/entry.h"
#include "daemon/store/statement.h"

#define DAMAGE_MAX ((size_t)1000) /* Kept for fsck to tell of. */

enum damage_what {
	DAMAGE_SIGNATURE,
	DAMAGE_CHAIN,
	DAMAGE_PAYLOAD, /* Or a field of the header. */
	DAMAGE_ID,
	DAMAGE_MISSING,
	DAMAGE_HEAD,
	DAMAGE_STATEMENT,
	DAMAGE_PROJECTION
};

struct damage {
	enum damage_what what;
	struct wici_key feed; /* Zero: a statement's, or a tally's. */
	uint64_t seq;
	struct wici_id id; /* A statement's. */
	unsigned cuts;     /* Here, so far. */
	bool is_suspect;   /* A statement to be dropped. */
	bool is_healed;
};

const char *damage_name(enum damage_what what);

/* Remembers it; the same once. Borrowed until the next. NULL: too many. */
struct damage *damage_add(struct node *n, enum damage_what what,
			  const struct wici_key *feed, uint64_t seq);

/* From seq on the feed is not what it was: at the next turn's end it is cut.
 * Outside a turn too. */
void damage_suspect(struct node *n, struct feed *feed, uint64_t seq);

/* Is a part of the feed waited for, that was here? */
bool damage_is_waiting(const struct node *n, const struct feed *feed);

/* The network's id, that all signatures are over. For load_all(): before the
 * root's changes. */
WICI_NODISCARD
enum wici_err damage_load_network(struct node *n);

/* Statements' ids, whose feeds are, their heads against their last entries;
 * what was set aside before. For load_all(): after the root's changes and
 * before the first fold. */
WICI_NODISCARD
enum wici_err damage_load(struct node *n);

/* Whose the feed is, by its own entry 1, against what was noted. */
WICI_NODISCARD
enum wici_err damage_check_owner(struct node *n, struct feed *feed,
				 struct entry_row *row);

/* Are its bytes those of its id? Of an erasure its signatures too, which the id
 * does not cover: whoever is given a bad one blames the giver. */
bool damage_is_whole(const struct node *n, const struct statement_row *row);

/* Are its bytes good, but not those of its id? */
bool damage_is_misfiled(const struct node *n, const struct statement_row *row);

/* Takes a statement's row away; good bytes that stood under an id that is not
 * theirs are filed under their own, *id. */
WICI_NODISCARD
enum wici_err damage_file_statement(struct node *n,
				    const struct statement_row *row,
				    struct wici_id *id);

/* The same at run time: it is in memory no more, and peers are asked. */
WICI_NODISCARD
enum wici_err damage_drop_statement(struct node *n,
				    const struct statement_row *row,
				    struct wici_id *id);

/* What is stored under this id is something else: it goes at the next turn's
 * end. Outside a turn too. */
void damage_suspect_statement(struct node *n, const struct wici_id *id);

/* Sets aside what stands from seq on: the head is the one before. */
WICI_NODISCARD
enum wici_err damage_lower(struct node *n, struct feed *feed, uint64_t seq,
			   const struct wici_id *before);

/* At each turn's end: cuts, joins again, notes what healed, unseals. */
void damage_turn(struct node *n);

/* Is there something to be cut or joined at once? */
bool damage_is_busy(const struct node *n);

#endif
