/* proto/root.c — The tree of the root's changes: who follows whom, which are
 * approved where they stand, and which of several stands.
 *
 * All rows are read first and sorted by version and id, so that what a change
 * follows is found by halving, and judged before it. */
#include "proto/root.h"

#include "proto/require.h"

static int compare(const struct wici_root_row *row, uint64_t version,
		   const struct wici_id *id)
{
	if (row->version != version)
		return row->version < version ? -1 : 1;
	return memcmp(row->id.b, id->b, sizeof(id->b));
}

/* The first row that is not below (version, id). */
static size_t lower(const struct wici_root_row *rows, size_t count,
		    uint64_t version, const struct wici_id *id)
{
	size_t low = 0;

	while (low < count) {
		size_t mid = low + (count - low) / 2;

		if (compare(&rows[mid], version, id) < 0)
			low = mid + 1;
		else
			count = mid;
	}
	return low;
}

/* --- Sorting: a heap, since there is no qsort in proto/ --------------------- */

static bool is_below(const struct wici_root_row *a,
		     const struct wici_root_row *b)
{
	return compare(a, b->version, &b->id) < 0;
}

static void swap(struct wici_root_row *a, struct wici_root_row *b)
{
	struct wici_root_row was = *a;

	*a = *b;
	*b = was;
}

static void sift(struct wici_root_row *rows, size_t at, size_t count)
{
	while (2 * at + 1 < count) {
		size_t child = 2 * at + 1;

		if (child + 1 < count &&
		    is_below(&rows[child], &rows[child + 1]))
			child++;
		if (!is_below(&rows[at], &rows[child]))
			return;
		swap(&rows[at], &rows[child]);
		at = child;
	}
}

static void sort(struct wici_root_row *rows, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sift(rows, i - 1, count);
	for (size_t end = count; end > 1; end--) {
		swap(&rows[0], &rows[end - 1]);
		sift(rows, 0, end - 1);
	}
}

/* --- Judging ------------------------------------------------------------- */

/* Version 0, below all others, is what cannot be read or is not ours. */
static bool read_row(const struct wici_root_row *row,
		     const struct wici_id *network, struct wici_statement *s,
		     struct wici_change *c)
{
	return wici_statement_decode(s, row->bytes) == WICI_OK &&
	       wici_change_decode(c, s) == WICI_OK &&
	       wici_id_equal(&c->network, network) &&
	       (c->version > 1 || wici_change_founds(c, network) == WICI_OK);
}

static void place(struct wici_root_row *row, const struct wici_id *network)
{
	struct wici_root_row given = *row;
	struct wici_statement s;
	struct wici_change c;

	row->is_approved = false;
	if (row->version > 0)
		return; /* Read before: the same bytes say the same. */
	memset(row, 0, sizeof(*row));
	row->bytes = given.bytes;
	row->was_approved = given.was_approved;
	if (!read_row(row, network, &s, &c))
		return;
	row->id = s.id;
	row->prev = c.prev;
	row->version = c.version;
	row->is_choice = c.has_choice;
	row->chosen = c.chosen;
	row->policy = c.policy; /* Until it is judged: what it brings. */
}

/* PROTOCOL §5.2: "at least threshold keys of the policy in force there have
 * signed its id; one with a policy op also needs the threshold of the policy it
 * brings" */
static bool is_signed(const struct wici_change *c,
		      const struct wici_statement *s,
		      const struct wici_policy *in_force)
{
	const struct wici_id *network = &c->network;

	/* PROTOCOL §5.2: "A change with op 26 is approved by all keys or not at
	 * all" */
	if (c->has_choice)
		return wici_policy_count(in_force, network, s) ==
		       in_force->keys_count;
	/* PROTOCOL §5.2: "its version is one more than that in force" */
	if (c->has_policy &&
	    (c->policy.version - 1 != in_force->version ||
	     wici_policy_approves(&c->policy, network, s) != WICI_OK))
		return false;
	return wici_policy_approves(in_force, network, s) == WICI_OK;
}

/* The policy in force before a row; those below it are judged. NULL: it could
 * not be read, or what it follows is not here, not approved, or a choice. */
static const struct wici_policy *policy_before(const struct wici_root_row *rows,
					       size_t i)
{
	const struct wici_root_row *row = &rows[i];
	size_t at;

	if (row->version == 0)
		return NULL;
	/* All that are founded hash to the network id, with one policy. */
	if (row->version == 1)
		return &row->policy;
	at = lower(rows, i, row->version - 1, &row->prev);
	if (at == i || compare(&rows[at], row->version - 1, &row->prev) != 0 ||
	    !rows[at].is_approved || rows[at].is_choice)
		return NULL;
	return &rows[at].policy;
}

static void judge(struct wici_root_row *row, const struct wici_policy *before,
		  const struct wici_id *network)
{
	struct wici_statement s;
	struct wici_change c;
	bool ok;

	if (!row->was_approved) {
		ok = read_row(row, network, &s, &c);
		WICI_REQUIRE(ok);
		row->is_approved = is_signed(&c, &s, before);
	} else {
		row->is_approved = true;
	}
	if (row->policy.keys_count == 0) /* It brings none. */
		row->policy = *before;
}

void wici_root_judge(struct wici_root_row *rows, size_t count,
		     const struct wici_id *network)
{
	for (size_t i = 0; i < count; i++)
		place(&rows[i], network);
	sort(rows, count);
	for (size_t i = 0; i < count; i++) {
		const struct wici_policy *before = policy_before(rows, i);

		if (before)
			judge(&rows[i], before, network);
	}
}

/* --- Which change stands ---------------------------------------------------- */

/* Approved changes that follow the same. */
struct rivals {
	size_t count; /* Without the choices. */
	const struct wici_root_row *any;
	const struct wici_id *chosen; /* NULL: no choice. */
	bool is_contradicted;         /* By another choice. */
};

static bool is_after(const struct wici_root_row *row,
		     const struct wici_id *prev)
{
	return row->is_approved && wici_id_equal(&row->prev, prev);
}

static void add_rival(struct rivals *r, const struct wici_root_row *row)
{
	if (!row->is_choice) {
		r->count++;
		r->any = row;
		return;
	}
	if (r->chosen && !wici_id_equal(r->chosen, &row->chosen))
		r->is_contradicted = true;
	r->chosen = &row->chosen;
}

/* Of the rows of this version the one with this id that follows `prev`. No
 * choice: nothing follows one, and who chooses one is contradicted by it. */
static const struct wici_root_row *find(const struct wici_root_row *rows,
					size_t count, uint64_t version,
					const struct wici_id *id,
					const struct wici_id *prev)
{
	size_t at = lower(rows, count, version, id);

	if (at == count || compare(&rows[at], version, id) != 0 ||
	    !is_after(&rows[at], prev))
		return NULL;
	return &rows[at];
}

/* The only one of the rivals of this version that an approved change follows.
 * NULL: none, or several. */
static const struct wici_root_row *followed(const struct wici_root_row *rows,
					    size_t count, uint64_t version,
					    const struct wici_id *prev)
{
	static const struct wici_id lowest;
	const struct wici_root_row *only = NULL;
	size_t i = lower(rows, count, version + 1, &lowest);

	for (; i < count && rows[i].version == version + 1; i++) {
		const struct wici_root_row *row;

		if (!rows[i].is_approved)
			continue;
		row = find(rows, count, version, &rows[i].prev, prev);
		if (row && only && row != only)
			return NULL;
		if (row)
			only = row;
	}
	return only;
}

const struct wici_root_row *wici_root_next(const struct wici_root_row *rows,
					   size_t count, uint64_t version,
					   const struct wici_id *id,
					   bool *is_forked)
{
	static const struct wici_id lowest;
	const struct wici_root_row *stands = NULL;
	struct rivals r = {0};
	size_t i = lower(rows, count, version + 1, &lowest);

	for (; i < count && rows[i].version == version + 1; i++) {
		if (is_after(&rows[i], id))
			add_rival(&r, &rows[i]);
	}
	/* The chosen one may not have come yet: even then none stands that all
	 * keys have turned down. */
	if (r.chosen && !r.is_contradicted)
		stands = find(rows, count, version + 1, r.chosen, id);
	else if (!r.chosen && r.count > 1)
		stands = followed(rows, count, version + 1, id);
	else if (!r.chosen)
		stands = r.any;
	*is_forked = !stands && (r.count > 0 || r.is_contradicted);
	return stands;
}

bool wici_root_is_behind(const struct wici_root_row *rows, size_t count,
			 uint64_t version, const struct wici_id *id,
			 uint64_t before, const struct wici_id *before_id)
{
	for (; version > before; version--) {
		size_t at = lower(rows, count, version, id);

		if (at == count || compare(&rows[at], version, id) != 0)
			return false;
		id = &rows[at].prev;
	}
	return version == before && version > 0 && wici_id_equal(id, before_id);
}
