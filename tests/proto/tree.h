/* tests/proto/tree.h — Changes of a root, each under another one, as rows that
 * are judged: made from a few words, so that a test can say what it expects
 * without a signature. */
#ifndef WICI_TESTS_PROTO_TREE_H
#define WICI_TESTS_PROTO_TREE_H

#include "proto/root.h"
#include "tests/proto/trust.h"
#include "tests/test.h"

#define TREE_MAX 16
#define KEYS     6 /* Root keys 101 … 106, a bit each: 1, 2, 4 … */

enum said { FOUNDS, SAYS, POLICY, CHOOSES, NEWER };

struct keys { /* A policy, by bits. */
	unsigned bits;
	uint64_t threshold;
	uint64_t version;
};

struct word {      /* A change: what it follows, what it says, who signed. */
	int under; /* Its place in the tree; −1: the network id. */
	enum said said;
	unsigned by;
	unsigned forged;  /* Of them those whose signature is none. */
	struct keys keys; /* That POLICY brings. */
	int chosen;       /* By CHOOSES; −1: a change that nobody has. */
};

struct tree {
	struct net n;
	struct keys keys; /* Founded with. */
	size_t count;
	struct word words[TREE_MAX];
	uint64_t versions[TREE_MAX];
	struct wici_id ids[TREE_MAX];
	struct wici_bytes bytes[TREE_MAX];
	uint8_t bufs[TREE_MAX][2048];
};

static inline const struct pair *root_pair(size_t i)
{
	static struct pair pairs[KEYS];

	if (wici_is_zero(&pairs[0], sizeof(pairs[0]))) {
		for (size_t k = 0; k < KEYS; k++)
			pairs[k] = pair((uint8_t)(101 + k));
	}
	return &pairs[i];
}

static inline unsigned bits_of(unsigned bits)
{
	return (unsigned)__builtin_popcount(bits);
}

static inline struct wici_policy policy_of(const struct keys *keys)
{
	struct wici_key list[KEYS];
	struct wici_policy p;
	size_t count = 0;

	for (size_t i = 0; i < KEYS; i++) {
		if (keys->bits & 1u << i)
			list[count++] = root_pair(i)->key;
	}
	CHECK_OK(wici_policy_init(&p, list, count, keys->threshold));
	p.version = keys->version;
	return p;
}

static inline void tree_init(struct tree *t, unsigned bits, uint64_t threshold)
{
	memset(t, 0, sizeof(*t));
	t->keys = (struct keys){bits, threshold, 1};
	t->n.policy = policy_of(&t->keys);
	CHECK_OK(wici_network_id(&t->n.id, &t->n.policy, WICI_BYTES("Sieć OSL"),
				 &t->n.salt));
}

static inline void tree_sign(const struct tree *t, struct made *m,
			     const struct word *word)
{
	for (size_t i = 0; i < KEYS; i++) {
		const struct pair *p = root_pair(i);
		struct wici_signer s;
		size_t at = m->s.sigs_count;

		if (!(word->by & 1u << i))
			continue;
		wici_change_approve(&s, &t->n.id, &m->s.id, &p->key,
				    &p->secret);
		if (word->forged & 1u << i)
			s.sig.b[40] ^= 1;
		for (; at > 0 && memcmp(m->s.sigs[at - 1].key.b, s.key.b,
					WICI_KEY_LEN) > 0;
		     at--)
			m->s.sigs[at] = m->s.sigs[at - 1];
		m->s.sigs[at] = s;
		m->s.sigs_count++;
	}
}

static inline void tree_say(struct tree *t, struct made *m,
			    const struct word *word)
{
	struct wici_id mark = id_of((uint8_t)(t->count + 1));
	struct wici_policy policy;

	made_begin(m, &t->n.id,
		   word->said == SAYS || word->said == CHOOSES ? 1 : 2);
	if (word->said == CHOOSES) {
		wici_op_stands(&m->w, word->chosen < 0 ? &mark
						       : &t->ids[word->chosen]);
		return;
	}
	if (word->said == FOUNDS)
		wici_op_found(&m->w, &t->n.policy, WICI_BYTES("Sieć OSL"),
			      &t->n.salt);
	if (word->said == POLICY) {
		policy = policy_of(&word->keys);
		wici_op_policy(&m->w, &policy);
	}
	if (word->said == NEWER)
		unknown_op(&m->w, 1000);
	wici_op_lift(&m->w, &mark, 1); /* No two changes are one. */
}

/* Its place in the tree. */
static inline int tree_add(struct tree *t, struct word word)
{
	size_t i = t->count;
	struct wici_mp_writer w;
	struct made m;

	CHECK(i < TREE_MAX);
	t->versions[i] = word.under < 0 ? 1 : t->versions[word.under] + 1;
	tree_say(t, &m, &word);
	made_end(&m, word.under < 0 ? &t->n.id : &t->ids[word.under],
		 t->versions[i]);
	tree_sign(t, &m, &word);
	wici_mp_writer_init(&w, t->bufs[i], sizeof(t->bufs[i]));
	wici_statement_encode(&w, &m.s);
	CHECK_OK(wici_mp_written(&w, &t->bytes[i]));
	t->ids[i] = m.s.id;
	t->words[i] = word;
	t->count++;
	return (int)i;
}

#define ALL UINT32_MAX

/* Judges those of the set (a bit each), from the given places on. */
static inline size_t judge_in(struct wici_root_row rows[TREE_MAX],
			      const struct tree *t, uint32_t set,
			      const size_t *order)
{
	size_t count = 0;

	memset(rows, 0xee, TREE_MAX * sizeof(*rows));
	for (size_t i = 0; i < t->count; i++) {
		size_t at = order ? order[i] : i;

		if (!(set & 1u << at))
			continue;
		rows[count].version = 0;
		rows[count].was_approved = false;
		rows[count++].bytes = t->bytes[at];
	}
	wici_root_judge(rows, count, &t->n.id);
	return count;
}

/* The row of a change; NULL: it is not in the set. */
static inline const struct wici_root_row *row_at(
	const struct wici_root_row *rows, const struct tree *t, size_t count,
	size_t at)
{
	for (size_t i = 0; i < count; i++) {
		if (wici_id_equal(&rows[i].id, &t->ids[at]))
			return &rows[i];
	}
	return NULL;
}

#define FORK (-2)
#define NONE (-1)

/* The place of the change that stands after another one; NONE, or FORK. */
static inline int next_of(const struct wici_root_row *rows,
			  const struct tree *t, size_t count, int at)
{
	bool is_forked;
	const struct wici_root_row *next =
		wici_root_next(rows, count, at < 0 ? 0 : t->versions[at],
			       at < 0 ? &t->n.id : &t->ids[at], &is_forked);

	CHECK(!next || !is_forked);
	for (size_t i = 0; next && i < t->count; i++) {
		if (wici_id_equal(&next->id, &t->ids[i]))
			return (int)i;
	}
	CHECK(!next);
	return is_forked ? FORK : NONE;
}

/* Keys 101, 102, 103, of which two; and the first change. */
static inline void three(struct tree *t)
{
	tree_init(t, 7, 2);
	CHECK(tree_add(t, (struct word){
				  .under = -1, .said = FOUNDS, .by = 3}) == 0);
}

#endif
