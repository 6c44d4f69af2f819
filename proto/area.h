/* proto/area.h — Where an institution organises the community on a day: the
 * union of what its records (area.update) have added by then, without what has
 * ended.
 *
 *   since_year … until           an addition holds on the days between
 *   change = end, since_year     from that day on what it names is no more:
 *                                blocks, streets, or the estate when it names
 *                                neither; what was added later stays
 *   change = end, until          the same, from the day after
 *
 * PROTOCOL §5.12. A set: what is named twice is there once, and a whole street
 * covers its blocks. Names are what the source has, to the letter. A pure
 * function of the records, in whatever order. */
#ifndef WICI_PROTO_AREA_H
#define WICI_PROTO_AREA_H

#include "proto/bytes.h"
#include "proto/id.h"
#include "proto/kind.h"

struct wici_area_record {
	struct wici_id id;
	struct wici_bytes body; /* Of an area.update that counts and fits. */
	bool is_replaced;       /* Set by the fold: another supersedes it. */
};

/* By estate, street and number, in the order of the alphabet and of numbers. An
 * estate (no street) stands before what is in it, a whole street (no number)
 * before what of it is not in the area. Borrows the bodies. */
struct wici_area_item {
	struct wici_bytes estate;
	struct wici_bytes street; /* p NULL: the estate. */
	struct wici_bytes number; /* p NULL: the whole street. */
	struct wici_when since;   /* text.p NULL: nobody says. */
	bool is_partial;          /* Estate: only a part of it. */
	bool is_bare;             /* Estate: named without any street. */
	bool is_without;          /* A block that ended, of a street that did
				   * not. */
	bool is_end;              /* These are for the fold. */
	int32_t from, until;
};

/* How many items the fold of these records needs room for. */
size_t wici_area_room(const struct wici_area_record *records, size_t count);

/* Items in force on the day; returns how many. items: room for
 * wici_area_room(). */
size_t wici_area_fold(struct wici_area_record *records, size_t count,
		      int32_t day, struct wici_area_item *items);

#endif
