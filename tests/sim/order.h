/* tests/sim/order.h — Three institutions that write by hand, and a root that
 * speaks: feeds that are trees of entries, and changes that follow or rival each
 * other, drawn from the world's seed. */
#ifndef WICI_TESTS_SIM_ORDER_H
#define WICI_TESTS_SIM_ORDER_H

#include "daemon/store/entry.h"
#include "tests/sim/scene.h"
#include "tests/sim/word.h"

#define AUTHORS  3
#define LEAVES   200
#define WORDS    24
#define NO_PLACE SIZE_MAX

/* An entry of a feed's tree, as a run of one. */
struct leaf {
	size_t parent; /* NO_PLACE: it is the feed's first. */
	size_t author;
	struct wici_head head;
	struct wici_secret secret; /* The feed's. */
	uint16_t kind;
	uint8_t run[700];
	size_t len;
};

struct named { /* The root names entries of one branch alone. */
	struct wici_key feed;
	size_t leaf;
};

struct order {
	struct scene s;
	struct world_node *nodes[3];
	struct hand root;
	struct hostile *authors[AUTHORS]; /* Never connected. */
	bool is_admitted[AUTHORS];
	struct hand keys[AUTHORS]; /* The present ones. */
	struct wici_key identities[AUTHORS];
	uint8_t keys_drawn;
	struct leaf leaves[LEAVES];
	size_t leaves_count;
	struct word *words[WORDS];
	size_t words_count;
	size_t tip; /* The newest word that is no choice. */
	struct named named[LEAVES];
	size_t named_count;
	struct wici_head registrar; /* CAL's feed, at the beginning. */
};

static inline size_t pick(struct order *o, size_t below)
{
	return (size_t)world_random(o->s.w, below);
}

static inline struct world_node *any(struct order *o)
{
	return o->nodes[pick(o, 3)];
}

/* ---- writing ---- */

static inline void keep(struct order *o, size_t author, size_t parent,
			uint16_t kind, struct wici_bytes run)
{
	struct leaf *leaf = &o->leaves[o->leaves_count++];

	CHECK(run.len <= sizeof(leaf->run));
	leaf->parent = parent;
	leaf->author = author;
	leaf->head = o->authors[author]->head;
	leaf->secret = o->authors[author]->secret;
	leaf->kind = kind;
	memcpy(leaf->run, run.p, run.len);
	leaf->len = run.len;
}

static inline void open_feed(struct order *o, size_t author)
{
	struct hostile *h = o->authors[author];

	if (o->leaves_count == LEAVES)
		return;
	h->identity = o->keys[author].key;
	h->identity_secret = o->keys[author].secret;
	hostile_new_feed(h);
	keep(o, author, NO_PLACE, 1, (struct wici_bytes){h->open, h->open_len});
}

/* Any entry of any feed of the author's. */
static inline size_t any_leaf(struct order *o, size_t author)
{
	for (;;) {
		size_t i = pick(o, o->leaves_count);

		if (o->leaves[i].author == author)
			return i;
	}
}

/* Anywhere, also above where the feed itself is closed. */
static inline bool any_close(struct order *o, struct hostile *h, size_t author,
			     struct wici_bytes *payload)
{
	struct wici_head old = o->leaves[any_leaf(o, author)].head;

	if (pick(o, 3) == 0)
		return false;
	h->identity = o->keys[author].key;
	h->identity_secret = o->keys[author].secret;
	*payload = say_close(h, &old);
	return true;
}

static inline struct wici_bytes any_payload(struct order *o, size_t author,
					    uint16_t *kind)
{
	const struct wici_key who = hand_card((uint8_t)(50 + pick(o, 4))).key;
	struct wici_head old;

	switch (pick(o, 5)) {
	case 0:
		*kind = WICI_KIND_MEMBER_ADMIT;
		return say_admit(pick(o, 3) ? &who
					    : &o->identities[pick(o, AUTHORS)]);
	case 1:
		*kind = WICI_KIND_CERTIFICATE_GRANT;
		return say_grant(&who, pick(o, 5));
	case 2:
		*kind = WICI_KIND_CERTIFICATE_REVOKE;
		old = o->leaves[any_leaf(o, author)].head;
		return say_revoke(&old.id);
	default:
		*kind = 0x8000;
		return (struct wici_bytes){(const uint8_t *)"\x80", 1};
	}
}

/* Goes on from an entry: mostly from the newest one; else it is a fork. */
static inline void write_from(struct order *o, size_t author, size_t parent,
			      size_t n)
{
	struct hostile *h = o->authors[author];

	for (; n && o->leaves_count < LEAVES; n--) {
		struct wici_bytes payload;
		uint16_t kind;

		h->feed = o->leaves[parent].head.feed;
		h->secret = o->leaves[parent].secret;
		h->head = o->leaves[parent].head;
		kind = WICI_KIND_FEED_SUCCEED;
		if (!any_close(o, h, author, &payload))
			payload = any_payload(o, author, &kind);
		keep(o, author, parent, kind, hostile_entry(h, kind, payload));
		parent = o->leaves_count - 1;
	}
}

static inline void write_some(struct order *o)
{
	size_t author = pick(o, AUTHORS);
	size_t at = o->leaves_count - 1;

	if (pick(o, 6) == 0) {
		open_feed(o, author);
		return;
	}
	while (o->leaves[at].author != author)
		at--;
	if (pick(o, 5) == 0)
		at = any_leaf(o, author);
	write_from(o, author, at, 1 + pick(o, 4));
}

/* ---- the root ---- */

/* Is a at or before b in one branch? */
static inline bool is_before(const struct order *o, size_t a, size_t b)
{
	while (b != NO_PLACE && b != a)
		b = o->leaves[b].parent;
	return b == a;
}

static inline size_t leaf_of(const struct order *o, const struct wici_id *id)
{
	for (size_t i = 0; i < o->leaves_count; i++) {
		if (wici_id_equal(&o->leaves[i].head.id, id))
			return i;
	}
	return NO_PLACE;
}

/* What the root may say of the feed without contradicting itself: nobody could
 * follow it to a branch that it has given up. */
static inline bool may_name(struct order *o, size_t leaf)
{
	for (size_t i = 0; i < o->named_count; i++) {
		struct named *n = &o->named[i];

		if (!wici_key_equal(&n->feed, &o->leaves[leaf].head.feed))
			continue;
		if (is_before(o, n->leaf, leaf))
			n->leaf = leaf;
		return is_before(o, leaf, n->leaf);
	}
	o->named[o->named_count++] =
		(struct named){o->leaves[leaf].head.feed, leaf};
	return true;
}

/* An entry of the author's (any: NO_PLACE) that some node holds. */
static inline bool any_held(struct order *o, size_t author,
			    struct wici_head *head)
{
	const struct world_node *n = any(o);

	for (int tries = 0; n->is_up && tries < 20; tries++) {
		size_t i = pick(o, o->leaves_count);
		const struct feed *feed;
		struct entry_row row;
		struct wici_id id;

		feed = feeds_find(&n->node->feeds, &o->leaves[i].head.feed);
		if ((author != NO_PLACE && o->leaves[i].author != author) ||
		    !feed ||
		    entry_at(n->node->store, feed->row.n, o->leaves[i].head.seq,
			     &row))
			continue;
		id = row.id;
		i = leaf_of(o, &id);
		if (i == NO_PLACE || !may_name(o, i))
			continue;
		*head = o->leaves[i].head;
		return true;
	}
	return false;
}

static inline size_t any_rows(struct order *o, size_t author,
			      struct wici_feed_row rows[4])
{
	size_t count = 0, want = pick(o, 4);

	for (size_t i = 0; i < want; i++) {
		struct wici_head head;
		bool is_twice = false;

		if (!any_held(o, author, &head))
			continue;
		for (size_t k = 0; k < count; k++)
			is_twice |=
				wici_key_equal(&rows[k].at.feed, &head.feed);
		if (!is_twice)
			rows[count++] =
				(struct wici_feed_row){head, pick(o, 2) == 0};
	}
	return count;
}

static inline void say_member(struct order *o, struct wici_mp_writer *w)
{
	size_t author = pick(o, AUTHORS);
	struct wici_feed_row rows[4];
	size_t count = any_rows(o, author, rows);
	struct hand key;

	if (pick(o, 3) == 0) {
		wici_op_member(w, WICI_OP_SUSPEND, &o->identities[author], NULL,
			       rows, count);
		return;
	}
	key = hand_card((uint8_t)(100 + o->keys_drawn++));
	wici_op_member(w, pick(o, 2) ? WICI_OP_REKEY : WICI_OP_REINSTATE,
		       &o->identities[author], &key.key, rows, count);
	if (pick(o, 2))
		o->keys[author] = key; /* The thief has the old one else. */
}

static inline void say_issuers(struct order *o, struct wici_mp_writer *w)
{
	struct wici_issuer issuer = {.scheme = "cal",
				     .identity = o->root.key,
				     .at = o->registrar,
				     .token_key = o->root.key};
	struct wici_head head;

	if (any_held(o, NO_PLACE, &head))
		issuer.at = head;
	if (any_held(o, NO_PLACE, &head) &&
	    !wici_key_equal(&issuer.at.feed, &head.feed))
		issuer.closed[issuer.closed_count++].cut = head;
	wici_op_issuers(w, "2029-01-01", &issuer, 1);
}

static inline void say_registrar(struct order *o, struct wici_mp_writer *w)
{
	struct wici_head before;
	size_t count = any_held(o, NO_PLACE, &before) ? 1 : 0;

	wici_op_registrar(w, &o->registrar, &before, count);
}

static inline void say_feeds(struct order *o, struct wici_mp_writer *w)
{
	struct wici_feed_row rows[4];
	size_t count = any_rows(o, NO_PLACE, rows);

	if (!count)
		rows[count++] = (struct wici_feed_row){o->registrar, true};
	wici_op_feeds(w, rows, count);
}

static inline struct word *new_word(struct order *o)
{
	struct word *c = calloc(1, sizeof(*c));

	CHECK(c);
	o->words[o->words_count++] = c;
	word_begin(c, o->s.cal, 1);
	return c;
}

/* Follows the one before it, or rivals that, or chooses between two rivals. */
static inline void speak(struct order *o)
{
	const struct word *last;
	struct word *c;

	if (o->words_count == WORDS || !o->s.cal->is_up)
		return;
	last = o->words_count ? o->words[o->tip] : NULL;
	c = new_word(o);
	o->tip = o->words_count - 1;
	if (last) {
		bool is_rival = pick(o, 9) == 0;

		c->prev = is_rival ? last->prev : last->id;
		c->version = last->version + !is_rival;
	} else {
		c->version = 2;
	}
	switch (pick(o, 5)) {
	case 0:
		say_issuers(o, &c->w);
		break;
	case 1:
		say_registrar(o, &c->w);
		break;
	case 2:
		say_feeds(o, &c->w);
		break;
	default:
		say_member(o, &c->w);
		break;
	}
	word_sign(c, &o->root, 1);
}

/* Where two rivals were left without a successor. */
static inline void choose(struct order *o)
{
	const struct word *a, *b;
	struct word *c;

	if (o->tip == 0 || o->words_count == WORDS || !o->s.cal->is_up)
		return;
	a = o->words[o->tip - 1];
	b = o->words[o->tip];
	if (!wici_id_equal(&a->prev, &b->prev))
		return;
	c = new_word(o);
	c->prev = a->prev;
	c->version = a->version;
	wici_op_stands(&c->w, pick(o, 2) ? &a->id : &b->id);
	word_sign(c, &o->root, 1);
}

#endif
