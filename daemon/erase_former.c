/* daemon/erase_former.c — Erasures that a former key of an institution signed:
 * until its present one signs them anew, nobody takes them who comes later. */
#include "daemon/erase_private.h"

bool erase_is_former(const struct node *n, const struct wici_statement *s,
		     const struct wici_key *institution)
{
	const struct wici_member *m;
	bool is_present;

	for (size_t i = 0; i < s->sigs_count; i++) {
		m = wici_roster_of_key(&n->roster, &s->sigs[i].key,
				       &is_present);
		if (m && !is_present &&
		    wici_key_equal(&m->identity, institution))
			return true;
	}
	return false;
}

void erase_miss(struct node *n, struct erasure_waiting *w,
		const struct wici_key *institution)
{
	const struct wici_bytes bytes = {w->bytes, w->len};
	struct wici_statement s;

	w->is_missed = wici_statement_decode(&s, bytes) == WICI_OK &&
		       erase_is_former(n, &s, institution);
	w->whose = *institution;
}

/* Of one entry the first alone; and none that is here by now, or that was signed
 * anew here and waits for its entry. */
static bool is_wanted(const struct node *n, const struct erasures *all,
		      size_t at)
{
	const struct wici_head *of = &all->waiting[at].is.of;
	const struct feed *feed = feeds_find(&n->feeds, &of->feed);

	if (feed && feed->row.seq >= of->seq)
		return false;
	for (size_t i = 0; i < all->waiting_count; i++) {
		const struct erasure_waiting *w = &all->waiting[i];

		if (erasures_compare(&w->is.of, of) == 0 &&
		    (w->link == 0 || (i < at && w->is_missed)))
			return false;
	}
	return true;
}

static bool is_of(const struct node *n, const struct erasure *e,
		  const struct wici_key *institution)
{
	const struct feed *feed = feeds_find(&n->feeds, &e->of.feed);

	return feed && wici_key_equal(&feed->whose, institution);
}

size_t erase_formers(const struct node *n, const struct wici_key *institution,
		     struct erase_former *rows, size_t max)
{
	const struct wici_member *m =
		wici_roster_member(&n->roster, institution);
	const struct erasures *all = n->erasures;
	size_t count = 0;

	if (!all || !m || m->is_suspended)
		return 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct erasure *e = &all->rows[i];

		if (e->counts || !erase_is_due(n, e) ||
		    !is_of(n, e, institution))
			continue;
		if (count < max)
			rows[count] = (struct erase_former){e->of, true};
		count++;
	}
	for (size_t i = 0; i < all->waiting_count; i++) {
		const struct erasure_waiting *w = &all->waiting[i];

		if (!w->is_missed || !wici_key_equal(&w->whose, institution) ||
		    !is_wanted(n, all, i))
			continue;
		if (count < max)
			rows[count] = (struct erase_former){w->is.of, false};
		count++;
	}
	return count;
}

bool erase_is_missed(const struct node *n, const struct wici_key *feed,
		     uint64_t seq)
{
	const struct erasures *all = n->erasures;

	for (size_t i = 0; all && i < all->waiting_count; i++) {
		const struct erasure_waiting *w = &all->waiting[i];

		if (w->is_missed && w->is.of.seq == seq &&
		    wici_key_equal(&w->is.of.feed, feed))
			return true;
	}
	return false;
}

const struct wici_key *erase_missed(const struct node *n,
				    const struct wici_key *self)
{
	const struct erasures *all = n->erasures;

	for (size_t i = 0; all && i < all->waiting_count; i++) {
		const struct erasure_waiting *w = &all->waiting[i];

		if (w->is_missed && !wici_key_equal(&w->whose, self) &&
		    is_wanted(n, all, i))
			return &w->whose;
	}
	return NULL;
}
