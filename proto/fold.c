/* proto/fold.c — Putting the acts about one subject in order, and running
 * them through a table of moves.
 *
 * The order is a function of the set: acts become ready as what they answer
 * and their feed's earlier acts are placed, and of those that are ready at
 * once the higher rank comes first, then the smaller id. */
#include "proto/fold.h"

#include "proto/require.h"

#define NONE ((size_t)-1)

const char *wici_standing_name(enum wici_standing s)
{
	switch (s) {
	case WICI_COUNTS:
		return "counts";
	case WICI_VOID_FEED:
		return "void_feed";
	case WICI_VOID_RIGHT:
		return "void_right";
	case WICI_VOID_CUT:
		return "void_cut";
	case WICI_VOID_AHEAD:
		return "void_ahead";
	case WICI_VOID_BODY:
		return "void_body";
	case WICI_VOID_SIG:
		return "void_sig";
	case WICI_VOID_INDEX:
		return "void_index";
	case WICI_ERASED:
		return "erased";
	}
	return "";
}

/* What is known of each act while they are put in order; indexes into the
 * acts as they were given. */
struct sorter {
	const struct wici_act *acts;
	size_t n;
	size_t answered[WICI_ACTS_MAX]; /* NONE: the first, or not here. */
	size_t earlier[WICI_ACTS_MAX];  /* Of the same feed, the closest. */
	bool waits[WICI_ACTS_MAX];      /* Answers what is not here. */
	bool is_placed[WICI_ACTS_MAX];
	size_t order[WICI_ACTS_MAX];
	size_t placed;
};

static size_t find_answered(const struct sorter *s, size_t i)
{
	const struct wici_id *after = &s->acts[i].after;

	if (wici_is_zero(after->b, WICI_ID_LEN))
		return NONE;
	for (size_t j = 0; j < s->n; j++)
		if (wici_id_equal(&s->acts[j].id, after))
			return j;
	return NONE;
}

/* What waits is passed over: an act that answers something unheard of must
 * not keep back what its feed says later. */
static size_t find_earlier(const struct sorter *s, size_t i)
{
	const struct wici_act *a = &s->acts[i];
	size_t best = NONE;

	for (size_t j = 0; j < s->n; j++) {
		const struct wici_act *b = &s->acts[j];

		if (s->waits[j] || b->seq >= a->seq ||
		    !wici_key_equal(&a->feed, &b->feed))
			continue;
		if (best == NONE || b->seq > s->acts[best].seq)
			best = j;
	}
	return best;
}

/* Whose chain of answers ends in something that is not here: followed at most
 * n steps, so that not even a ring (no hash allows one) could hold us. */
static bool has_gap(const struct sorter *s, size_t i)
{
	for (size_t steps = 0; steps < s->n; steps++) {
		if (wici_is_zero(s->acts[i].after.b, WICI_ID_LEN))
			return false;
		i = s->answered[i];
		if (i == NONE)
			return true;
	}
	return true;
}

static bool is_ready(const struct sorter *s, size_t i)
{
	size_t answered = s->answered[i];
	size_t earlier = s->earlier[i];

	return !s->is_placed[i] &&
	       (answered == NONE || s->is_placed[answered]) &&
	       (earlier == NONE || s->is_placed[earlier]);
}

static bool is_before(const struct wici_act *a, const struct wici_act *b)
{
	if (a->rank != b->rank)
		return a->rank > b->rank;
	return memcmp(a->id.b, b->id.b, WICI_ID_LEN) < 0;
}

static void place(struct sorter *s, size_t i)
{
	s->is_placed[i] = true;
	s->order[s->placed++] = i;
}

/* The next in order: of those that wait, when `waiting`. */
static size_t choose(const struct sorter *s, bool waiting)
{
	size_t best = NONE;

	for (size_t i = 0; i < s->n; i++) {
		if (waiting ? s->is_placed[i] : s->waits[i] || !is_ready(s, i))
			continue;
		if (best == NONE || is_before(&s->acts[i], &s->acts[best]))
			best = i;
	}
	return best;
}

/* Moves the acts into s->order, ring by ring, with one act's space. */
static void rearrange(struct sorter *s, struct wici_act *acts)
{
	for (size_t start = 0; start < s->n; start++) {
		struct wici_act kept = acts[start];
		size_t to = start;
		size_t from = s->order[to];

		while (from != start && s->order[to] != to) {
			acts[to] = acts[from];
			s->order[to] = to;
			to = from;
			from = s->order[to];
		}
		if (s->order[to] != to) {
			acts[to] = kept;
			s->order[to] = to;
		}
	}
}

size_t wici_acts_sort(struct wici_act *acts, size_t n)
{
	struct sorter s = {.acts = acts, .n = n};
	size_t in_order;
	size_t i;

	WICI_REQUIRE(n <= WICI_ACTS_MAX);
	for (i = 0; i < n; i++)
		s.answered[i] = find_answered(&s, i);
	for (i = 0; i < n; i++)
		s.waits[i] = has_gap(&s, i);
	for (i = 0; i < n; i++)
		s.earlier[i] = find_earlier(&s, i);
	while ((i = choose(&s, false)) != NONE)
		place(&s, i);
	in_order = s.placed;
	while ((i = choose(&s, true)) != NONE)
		place(&s, i);
	rearrange(&s, acts);
	return in_order;
}

static bool is_by(const struct wici_move *move, const struct wici_act *act)
{
	return move->by == 0 || (move->by & act->by);
}

/* Is the move for what this act says? */
static bool is_for(const struct wici_move *move, const struct wici_act *act)
{
	return move->kind == act->kind &&
	       (!move->word || wici_bytes_is(act->word, move->word));
}

/* *why: when there is none. */
static const struct wici_move *find_move(const struct wici_move *moves,
					 uint8_t from,
					 const struct wici_act *act,
					 const char **why)
{
	bool is_party = false;

	for (; moves->kind; moves++) {
		if (!is_for(moves, act) || !is_by(moves, act))
			continue;
		is_party = true;
		if (moves->from == from)
			return moves;
	}
	*why = is_party ? "not_allowed" : "not_party";
	return NULL;
}

/* Takes the act, or says why not. head: the last one that has moved. */
static void take(struct wici_act *a, const struct wici_move *moves,
		 uint8_t *state, const struct wici_id **head)
{
	const struct wici_move *move = find_move(moves, *state, a, &a->why);

	if (!move)
		return;
	if (move->is_answer && *head && !wici_id_equal(&a->after, *head)) {
		a->why = "overtaken";
		return;
	}
	a->is_effective = true;
	a->why = NULL;
	a->has_moved = move->is_answer || move->to != *state;
	*state = move->to;
	if (a->has_moved)
		*head = &a->id;
}

uint8_t wici_fold_moves(struct wici_act *acts, size_t n,
			const struct wici_move *moves)
{
	size_t in_order = wici_acts_sort(acts, n);
	const struct wici_id *head = NULL;
	uint8_t state = 0;

	for (size_t i = 0; i < n; i++) {
		struct wici_act *a = &acts[i];

		a->is_effective = a->has_moved = false;
		a->why = wici_standing_name(a->standing);
		if (a->standing != WICI_COUNTS)
			continue;
		a->why = "waits";
		if (i < in_order)
			take(a, moves, &state, &head);
	}
	return state;
}
