/* daemon/erase_tell.c — What is told of an erasure: who has carried it out, and
 * why it was asked for. The book has both. */
#include "daemon/erase_private.h"

#include "daemon/store/book.h"
#include "daemon/view.h"

/* Feeds are numbered from 1: under 0 the book has how many erasures of those
 * done here an institution has carried out. */
#define NO_FEED 0

void erase_held(struct node *n, const struct wici_key *identity)
{
	if (n->erasures && n->erasures->number > 0)
		node_note_held(n, identity, NO_FEED, n->erasures->number);
}

struct counting {
	const struct node *n;
	uint64_t count;
};

static void count_one(void *arg, const struct wici_key *identity)
{
	struct counting *c = arg;
	const struct wici_member *m =
		wici_roster_member(&c->n->roster, identity);

	c->count += m && !m->is_suspended;
}

uint64_t erase_count(struct node *n, const struct erasure *e, uint64_t *of)
{
	const struct wici_key *self = node_identity(n);
	struct counting c = {.n = n};

	*of = 0;
	for (size_t i = 0; i < n->roster.members_count; i++) {
		const struct wici_member *m = &n->roster.space.members[i];

		*of += !m->is_suspended &&
		       !(self && wici_key_equal(self, &m->identity));
	}
	if (!erase_is_shown(n, e) ||
	    book_each_held(n->store, NO_FEED, e->number, count_one, &c) !=
		    WICI_OK)
		return 0;
	return c.count;
}

/* ---- why ---- */

struct reason_name {
	char text[8 + WICI_HEX_LEN];
};

static struct reason_name reason_name(const struct wici_id *statement)
{
	struct reason_name name = {"erased "};

	wici_hex(name.text + 7, statement->b, WICI_ID_LEN);
	return name;
}

enum wici_err erase_set_reason(struct node *n, const struct wici_id *statement,
			       struct wici_bytes reason)
{
	const struct reason_name name = reason_name(statement);

	return book_set_blob(n->store, name.text, reason);
}

static void write_reason(struct node *n, const struct wici_id *statement,
			 struct wici_mp_writer *w)
{
	const struct reason_name name = reason_name(statement);
	uint8_t reason[ERASE_REASON_MAX];
	size_t len = 0;

	wici_mp_str(w, "reason");
	if (book_get_blob(n->store, name.text, reason, sizeof(reason), &len))
		len = 0;
	view_line(w, (struct wici_bytes){reason, len});
}

void view_erasure(struct wici_mp_writer *w, struct node *n,
		  const struct wici_head *of)
{
	const struct erasure *e = erase_of(n, of);
	uint64_t members, count;

	wici_mp_str(w, "erasure");
	if (!e) { /* Not erased; or it was spoilt, and peers are asked. */
		wici_mp_nil(w);
		return;
	}
	count = erase_count(n, e, &members);
	wici_mp_map(w, 5);
	wici_mp_str(w, "statement");
	wici_mp_hex(w, e->id.b, WICI_ID_LEN);
	wici_mp_str(w, "done");
	/* What is purged is truncated before anybody is answered. */
	wici_mp_bool(w, e->step >= ERASURE_PURGED);
	wici_mp_str(w, "erased_by");
	wici_mp_uint(w, count);
	wici_mp_str(w, "institutions");
	wici_mp_uint(w, members);
	write_reason(n, &e->id, w);
}
