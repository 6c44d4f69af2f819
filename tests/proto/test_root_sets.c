/* tests/proto/test_root_sets.c — Which changes stand is a function of the set
 * of them: any part of any tree, in any order, against what PROTOCOL §5.2 says
 * told over again in the words that the tree was made from. */
#include "proto/root.h"

#include "tests/proto/tree.h"
#include "tests/test.h"

static struct wici_root_row rows[TREE_MAX];

/* What PROTOCOL §5.2 says, in the words the tree was made from: no bytes, no
 * signatures, no sorting. */
static struct keys keys_before(const struct tree *t, size_t i);

static struct keys keys_after(const struct tree *t, size_t i)
{
	return t->words[i].said == POLICY ? t->words[i].keys
					  : keys_before(t, i);
}

static struct keys keys_before(const struct tree *t, size_t i)
{
	int under = t->words[i].under;

	return under < 0 ? t->keys : keys_after(t, (size_t)under);
}

static bool is_met(const struct keys *keys, unsigned by)
{
	return bits_of(keys->bits & by) >= keys->threshold;
}

static bool should_be_approved(const struct tree *t, uint32_t set, size_t i)
{
	const struct word *word = &t->words[i];
	struct keys before = keys_before(t, i);
	unsigned by = word->by & ~word->forged;

	if (!(set & 1u << i))
		return false;
	if (word->under >= 0 &&
	    (t->words[word->under].said == CHOOSES ||
	     !should_be_approved(t, set, (size_t)word->under)))
		return false;
	if (word->said == CHOOSES)
		return (by & before.bits) == before.bits;
	if (word->said == POLICY && (!is_met(&word->keys, by) ||
				     word->keys.version != before.version + 1))
		return false;
	return is_met(&before, by);
}

static bool has_successor(const struct tree *t, uint32_t set, int at)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->words[i].under == at && should_be_approved(t, set, i))
			return true;
	}
	return false;
}

static int should_stand(const struct tree *t, uint32_t set, int at)
{
	int rivals[TREE_MAX], followed = NONE;
	size_t count = 0, followed_count = 0, chosen_count = 0;
	struct wici_id chosen = {{0}};

	for (size_t i = 0; i < t->count; i++) {
		const struct word *word = &t->words[i];
		struct wici_id id = id_of((uint8_t)(i + 1));

		if (word->under != at || !should_be_approved(t, set, i))
			continue;
		if (word->said != CHOOSES) {
			rivals[count++] = (int)i;
			continue;
		}
		if (word->chosen >= 0)
			id = t->ids[word->chosen];
		if (chosen_count && !wici_id_equal(&id, &chosen))
			return FORK;
		chosen = id;
		chosen_count++;
	}
	for (size_t i = 0; i < count; i++) {
		if (chosen_count && wici_id_equal(&t->ids[rivals[i]], &chosen))
			return rivals[i];
		if (has_successor(t, set, rivals[i])) {
			followed = rivals[i];
			followed_count++;
		}
	}
	if (count == 0)
		return NONE;
	if (count == 1 && !chosen_count)
		return rivals[0];
	return followed_count == 1 && !chosen_count ? followed : FORK;
}

static void check_rows(const struct tree *t, uint32_t set, size_t count)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct wici_root_row *row = row_at(rows, t, count, i);
		struct keys keys = keys_after(t, i);
		struct wici_policy policy;

		CHECK(!row == !(set & 1u << i));
		if (!row)
			continue;
		CHECK(row->is_approved == should_be_approved(t, set, i));
		CHECK(row->is_choice == (t->words[i].said == CHOOSES));
		policy = policy_of(&keys);
		if (row->is_approved)
			CHECK(memcmp(&row->policy, &policy, sizeof(policy)) ==
			      0);
	}
	for (int at = -1; at < (int)t->count; at++)
		CHECK(next_of(rows, t, count, at) == should_stand(t, set, at));
}

/* Judged again, those that were approved are taken at that. */
static void check_against_the_words(const struct tree *t, uint32_t set,
				    const size_t *order)
{
	size_t count = judge_in(rows, t, set, order);

	check_rows(t, set, count);
	for (size_t i = 0; i < count; i++)
		rows[i].was_approved = rows[i].is_approved;
	wici_root_judge(rows, count, &t->n.id);
	check_rows(t, set, count);
}

/* Numbers that are the same in every run. */
static uint32_t draw(uint32_t below)
{
	static uint64_t state = 0x5717;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static struct keys draw_keys(uint64_t version)
{
	struct keys keys = {draw(62) + 1, 0, version};
	unsigned n = bits_of(keys.bits);

	keys.threshold = n / 2 + 1 + draw(n - n / 2);
	return keys;
}

static bool is_choice_made(const struct tree *t, const struct word *word)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->words[i].said == CHOOSES && word->said == CHOOSES &&
		    t->words[i].under == word->under &&
		    t->words[i].chosen == word->chosen && word->chosen >= 0)
			return true; /* One body, so one id. */
	}
	return false;
}

static struct word draw_word(const struct tree *t)
{
	static const enum said saids[] = {SAYS,  SAYS,   SAYS,    SAYS,
					  NEWER, POLICY, CHOOSES, CHOOSES};
	struct word word = {.under = (int)draw((uint32_t)t->count)};
	struct keys before;

	if (draw(3) == 0) /* Beside the last one: a rival. */
		word.under = t->words[t->count - 1].under;
	word.said = saids[draw(8)];
	if (word.under < 0)
		word.said = FOUNDS;
	before = word.under < 0 ? t->keys : keys_after(t, (size_t)word.under);
	word.by = draw(3) ? before.bits : draw(64);
	if (word.said == POLICY) {
		word.keys = draw_keys(before.version + (draw(4) ? 1 : 2));
		word.by |= draw(4) ? word.keys.bits : 0;
	}
	word.chosen = (int)draw((uint32_t)t->count + 1) - 1;
	word.forged = draw(6) ? 0 : 1u << draw(KEYS);
	return word;
}

static void draw_tree(struct tree *t, size_t count)
{
	struct keys keys = draw_keys(1);

	tree_init(t, keys.bits, keys.threshold);
	tree_add(t, (struct word){-1, FOUNDS, keys.bits});
	while (t->count < count) {
		struct word word = draw_word(t);

		if (!is_choice_made(t, &word))
			tree_add(t, word);
	}
}

static void shuffle(size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t k = draw((uint32_t)i);
		size_t was = order[i - 1];

		order[i - 1] = order[k];
		order[k] = was;
	}
}

TEST(every_part_of_a_tree_in_any_order_is_judged_by_its_words)
{
	size_t order[TREE_MAX];
	struct tree t;

	for (size_t trees = 0; trees < 60; trees++) {
		draw_tree(&t, 3 + draw(TREE_MAX - 2));
		shuffle(order, t.count);
		check_against_the_words(&t, ALL, order);
		for (size_t i = 0; i < 4; i++) {
			shuffle(order, t.count);
			check_against_the_words(
				&t, draw(1 << 16) | draw(1 << 16), order);
		}
	}
}

static bool next_permutation(size_t *order, size_t count)
{
	size_t i = count - 1, k = count - 1, was;

	while (i > 0 && order[i - 1] > order[i])
		i--;
	if (i == 0)
		return false;
	while (order[k] < order[i - 1])
		k--;
	was = order[k];
	order[k] = order[i - 1];
	order[i - 1] = was;
	for (k = count - 1; i < k; i++, k--) {
		was = order[i];
		order[i] = order[k];
		order[k] = was;
	}
	return true;
}

TEST(no_order_of_arrival_changes_anything)
{
	struct keys next = {6 | 8, 2, 2};
	size_t order[6] = {0, 1, 2, 3, 4, 5};
	static struct wici_root_row first[6];
	struct tree t;

	three(&t);
	tree_add(&t, (struct word){0, SAYS, 3});
	tree_add(&t, (struct word){0, POLICY, 7 | 8, 0, next});
	tree_add(&t, (struct word){2, SAYS, 10}); /* 102, 104. */
	tree_add(&t, (struct word){1, SAYS, 3});
	tree_add(&t, (struct word){0, CHOOSES, 7, 0, {0}, 2});
	judge_in(rows, &t, ALL, order);
	memcpy(first, rows, sizeof(first));
	do {
		judge_in(rows, &t, ALL, order);
		CHECK(memcmp(first, rows, sizeof(first)) == 0);
	} while (next_permutation(order, 6));
	CHECK(next_of(rows, &t, 6, 0) == 2);
	CHECK(next_of(rows, &t, 6, 2) == 3);
}

TEST_MAIN(RUN(every_part_of_a_tree_in_any_order_is_judged_by_its_words),
	  RUN(no_order_of_arrival_changes_anything))
